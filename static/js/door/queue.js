/* Scans that could not be sent, and what this phone knows of tickets: let in, or refused by the
   server. It stays after an upload: a phone that forgets would let the same ticket in again. */
(function (root) {
  "use strict";
  var KEPT_MS = 24 * 3600 * 1000;

  function open() {
    return new Promise(function (resolve, reject) {
      var asking = indexedDB.open("door", 1);
      asking.onupgradeneeded = function () {
        asking.result.createObjectStore("scans", { keyPath: "uuid" });
        asking.result.createObjectStore("seen", { keyPath: "token" });
      };
      asking.onsuccess = function () { resolve(asking.result); };
      asking.onerror = function () { reject(asking.error); };
    });
  }

  function done(request) {
    return new Promise(function (resolve, reject) {
      request.onsuccess = function () { resolve(request.result); };
      request.onerror = function () { reject(request.error); };
    });
  }

  async function store(name, mode) {
    var database = await open();
    return database.transaction(name, mode).objectStore(name);
  }

  root.doorQueue = {
    add: async function (scan) { return done((await store("scans", "readwrite")).put(scan)); },
    all: async function () { return done((await store("scans", "readonly")).getAll()); },
    remove: async function (uuids) {
      var scans = await store("scans", "readwrite");
      return Promise.all(uuids.map(function (uuid) { return done(scans.delete(uuid)); }));
    },
    /* ``reason``: why the ticket may not enter from now on, in the words of verdict.js. */
    learn: async function (token, reason, rehearsal) {
      return done((await store("seen", "readwrite")).put({ token: token, reason: reason, rehearsal: rehearsal, at: Date.now() }));
    },
    forget: async function (token) {
      return done((await store("seen", "readwrite")).delete(token));
    },
    /* A reason or null. Who entered in rehearsal has not entered on the night, nor the reverse. */
    reason: async function (token, rehearsal) {
      var found = await done((await store("seen", "readonly")).get(token));
      if (!found || Date.now() - found.at > KEPT_MS) return null;
      var reason = found.reason || "already_in";
      return reason === "already_in" && Boolean(found.rehearsal) !== rehearsal ? null : reason;
    }
  };
})(window);
