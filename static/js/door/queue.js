/* Scans that could not be sent, and what this phone knows of tickets: let in, or refused by the
   server. It stays after an upload: a phone that forgets would let the same ticket in again. */
const KEPT_MS = 24 * 3600 * 1000;

export async function add(scan) { return done((await store("scans", "readwrite")).put(scan)); }
export async function all() { return done((await store("scans", "readonly")).getAll()); }
export async function remove(uuids) {
  const scans = await store("scans", "readwrite");
  return Promise.all(uuids.map((uuid) => done(scans.delete(uuid))));
}

/* ``reason``: why the ticket may not enter from now on, in the words of verdict.js; "already_in" for
   one that has entered, ``entered`` (milliseconds of the house's clock) being when. */
export async function learn(token, reason, rehearsal, entered = Date.now()) {
  return done((await store("seen", "readwrite")).put({ token, reason, rehearsal, entered, at: Date.now() }));
}
/* It went out: when it had come in is kept, for events that one enters once, or once a day. */
export async function left(token) {
  const found = await done((await store("seen", "readonly")).get(token));
  if (found) await done((await store("seen", "readwrite")).put({ ...found, outside: true }));
}
/* {inside, entered} of a ticket that has entered, in this rehearsal or on the night; or null. */
export async function seenOf(token, rehearsal) {
  const found = await done((await store("seen", "readonly")).get(token));
  if (!found || (found.reason || "already_in") !== "already_in") return null;
  if (Boolean(found.rehearsal) !== rehearsal) return null;
  const old = Date.now() - found.at > KEPT_MS;
  return { inside: !found.outside && !old, entered: new Date(found.entered || found.at).toISOString() };
}
export async function forget(token) {
  return done((await store("seen", "readwrite")).delete(token));
}
/* A reason or null. Who entered in rehearsal has not entered on the night, nor the reverse. */
export async function reasonOf(token, rehearsal) {
  const found = await done((await store("seen", "readonly")).get(token));
  if (!found || Date.now() - found.at > KEPT_MS) return null;
  const reason = found.reason || "already_in";
  if (reason === "already_in" && found.outside) return null;
  return reason === "already_in" && Boolean(found.rehearsal) !== rehearsal ? null : reason;
}

/* Emptied first: where another window has it open, the database itself goes when that closes. */
export async function forgetAll() {
  for (const name of ["scans", "seen"]) await done((await store(name, "readwrite")).clear());
  await new Promise((resolve) => {
    const going = indexedDB.deleteDatabase("door");
    going.onsuccess = going.onerror = going.onblocked = resolve;
  });
}

async function store(name, mode) {
  const database = await open();
  const found = database.transaction(name, mode).objectStore(name);
  /* What was begun goes on; nothing else keeps the database open. */
  database.close();
  return found;
}

function open() {
  return new Promise((resolve, reject) => {
    const asking = indexedDB.open("door", 1);
    asking.onupgradeneeded = () => {
      asking.result.createObjectStore("scans", { keyPath: "uuid" });
      asking.result.createObjectStore("seen", { keyPath: "token" });
    };
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => reject(asking.error);
  });
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
