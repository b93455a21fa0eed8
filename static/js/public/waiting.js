// A payment under way: asks for the page again, and moves only when the answer has changed.
const shown = document.querySelector("[data-order]");
const ask = async () => {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-order]");
    if (answer.ok && fresh && fresh.dataset.order !== shown.dataset.order) {
      location.reload();
      return;
    }
  } catch {
    // The network is away: the next turn asks again.
  }
  setTimeout(ask, 6000);
};
if (shown) {
  setTimeout(ask, 3000);
}
