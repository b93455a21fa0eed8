/* The server's time on a phone whose own clock may be wrong: set at each contact, carried on by the
   clock that nobody can set. Facts of several phones are merged by it.

   ``wall`` and ``steady`` tell milliseconds; ``storage`` keeps the difference for a reload. */
const KEPT = "door-clock";

export function houseClock({ wall, steady, storage }) {
  let base = 0, mark = 0, ahead = 0;

  function now() { return base + steady() - mark; }
  function set(server) {
    base = server;
    mark = steady();
  }

  return {
    now,
    iso() { return new Date(now()).toISOString(); },
    /* What the server said, and when it was asked (by ``steady``): half the way is added. */
    heard(text, askedAt) {
      set(Date.parse(text) + (steady() - askedAt) / 2);
      storage.setItem(KEPT, String(Math.round(base - wall())));
    },
    /* A page kept for a reload without network tells an old time: the difference is kept apart. */
    begin(text) {
      const kept = storage.getItem(KEPT);
      set(kept === null ? Date.parse(text) : wall() + Number(kept));
    },
    /* A phone asleep may stop the other clock too: across a pause its own is right enough. */
    sleep() { ahead = now() - wall(); },
    wake() { set(wall() + ahead); }
  };
}
