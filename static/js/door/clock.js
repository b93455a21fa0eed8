/* The server's time on a phone whose own clock may be wrong: set at each contact, carried on by the
   clock that nobody can set. Facts of several phones are merged by it. */
(function (root) {
  "use strict";
  var KEPT = "door-clock", base = 0, mark = 0;

  function now() { return base + performance.now() - mark; }
  function set(server) {
    base = server;
    mark = performance.now();
  }

  /* A phone asleep may stop the other clock too: across a pause its own is right enough. */
  var ahead = 0;
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) ahead = now() - Date.now(); else set(Date.now() + ahead);
  });

  root.doorClock = {
    now: now,
    iso: function () { return new Date(now()).toISOString(); },
    /* What the server said, and when it was asked (performance.now): half the way is added. */
    heard: function (text, askedAt) {
      set(Date.parse(text) + (performance.now() - askedAt) / 2);
      localStorage.setItem(KEPT, String(Math.round(base - Date.now())));
    },
    /* A page kept for a reload without network tells an old time: the difference is kept apart. */
    begin: function (text) {
      var kept = localStorage.getItem(KEPT);
      set(kept === null ? Date.parse(text) : Date.now() + Number(kept));
    }
  };
})(window);
