/* Scans that could not be sent, and what this phone has let in. They stay after an upload: a phone
   that forgets what it sent would let the same ticket in again. */
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
    letIn: async function (token) {
      return done((await store("seen", "readwrite")).put({ token: token, at: Date.now() }));
    },
    forget: async function (token) {
      return done((await store("seen", "readwrite")).delete(token));
    },
    wasLetIn: async function (token) {
      var found = await done((await store("seen", "readonly")).get(token));
      return Boolean(found && Date.now() - found.at < KEPT_MS);
    }
  };
})(window);
