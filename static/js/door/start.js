/* What the page begins with and what has been heard since: one copy for all parts. */
import { houseClock } from "./clock.js";
import { notes } from "./notes.js";

export const start = JSON.parse(document.getElementById("start").textContent);
export const words = start.words, urls = start.urls;

export const clock = houseClock({
  wall: () => Date.now(), steady: () => performance.now(), storage: notes
});

/* ``state``: the server's last word. ``online``: it answered when it was last asked; null before. */
export const evening = { state: start.state, online: null };
