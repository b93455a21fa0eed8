/* Keeps the scanner itself on the phone: a reload without network must not end the evening.
   The page is asked for first and kept for when nobody answers; files carry their hash, so a kept
   one is never old. Scans are not its business: queue.js keeps them. */
(function (self) {
  "use strict";
  var CACHE = "door", PATIENCE_MS = 4000;

  self.addEventListener("install", function () { self.skipWaiting(); });
  self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

  /* A silent server is as good as none where there is a kept page. */
  async function page(request) {
    var kept = await caches.match("/door/", { cacheName: CACHE }), asked = fetch(request);
    if (!kept) return asked;
    try {
      var answer = await Promise.race([asked, new Promise(function (_, late) { setTimeout(late, PATIENCE_MS); })]);
      if (answer.status < 500) return answer;
    } catch (error) { /* no network, or too slow: below */ }
    asked.catch(function () { /* nobody waits for it any more */ });
    return kept;
  }

  async function file(request) {
    return (await caches.match(request, { cacheName: CACHE })) || fetch(request);
  }

  self.addEventListener("fetch", function (event) {
    var url = new URL(event.request.url);
    if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
    if (url.pathname === "/door/") event.respondWith(page(event.request));
    else if (url.pathname.startsWith("/static/")) event.respondWith(file(event.request));
  });
})(self);
