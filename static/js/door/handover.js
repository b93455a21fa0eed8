/* The phone leaves the door: it scans no more, hands over what it holds, and only then forgets. */
import { lostNetwork } from "./board.js";
import { forgetPage } from "./cache.js";
import { ask } from "./network.js";
import { notes } from "./notes.js";
import * as queue from "./queue.js";
import { stopScreen, the } from "./screen.js";
import { evening, start, urls, words } from "./start.js";
import { left, sendKept } from "./upload.js";

const LEAVING = "door-leaving";
let begun = false, atEnd = () => {};

export function leaving() { return begun; }
/* ``stop``: called once, when the phone scans no more. */
export function whenLeaving(stop) { atEnd = stop; }

/* Known again on a page that was kept for a reload, unless the phone was paired anew. */
export function wasLeaving() {
  return start.state.handing_over || notes.getItem(LEAVING) === String(start.device);
}

/* Asked again with each contact until it is done. */
export async function handOver() {
  if (!begun) {
    begun = true;
    notes.setItem(LEAVING, String(start.device));
    stopScreen();
    atEnd();
  }
  await drawLeft();
  try {
    const taken = await sendKept();
    evening.online = true;
    const rest = await drawLeft();
    const answer = taken && await ask(urls.handovers, { left: rest });
    /* Cut off: what is here is not taken any more, by nobody. */
    if (!taken || answer.status === 401) return gone(rest);
    if (answer.ok && !rest) return gone(0);
  } catch (error) { lostNetwork(); }
}

async function drawLeft() {
  const rest = await left();
  the("left").textContent = rest === 0 ? words.leftNone : rest === 1 ? words.leftOne : words.left.replace("{n}", rest);
  return rest;
}

/* Nothing stays on the phone. ``lost``: how many scans did not arrive; the page says so. */
async function gone(lost) {
  await queue.forgetAll().catch(() => { /* nothing could be kept here */ });
  await forgetPage();
  if (lost) location.replace("?lost=" + lost);
  else location.reload();
}
