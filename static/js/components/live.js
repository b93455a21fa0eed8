/* A part that lives (attendance, a long work): the same page again, without moving what is being
   read. It ends when the page that comes has nothing more to wait for. */
(function () {
  "use strict";
  var live = document.getElementById("live");
  if (!live || !Number(live.dataset.refresh)) return;
  var rounds = setInterval(async function () {
    if (document.hidden) return;
    try {
      var answer = await fetch(location.href, { credentials: "same-origin" });
      if (!answer.ok) return;
      var page = new DOMParser().parseFromString(await answer.text(), "text/html");
      var fresh = page.getElementById("live"), open = live.querySelector("details[open]");
      if (!fresh) return;
      live.innerHTML = fresh.innerHTML;
      if (!Number(fresh.dataset.refresh)) clearInterval(rounds);
      if (open && live.querySelector("details")) live.querySelector("details").open = true;
    } catch (error) { /* the next round asks again */ }
  }, Number(live.dataset.refresh) * 1000);
})();
