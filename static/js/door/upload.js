/* What the phone had to keep goes to the server, until nothing is left. */
import { drawNetwork } from "./board.js";
import { ask } from "./network.js";
import * as queue from "./queue.js";
import { urls } from "./start.js";

const MOST_AT_ONCE = 500;
/* Uuids the server may be deciding at this moment: its own verdict is the better one. */
export const underWay = new Set();
let sending = null;

/* Resolves to true, or to false when the server takes nothing from this phone any more. */
export function sendKept() {
  sending = sending || drain().finally(() => { sending = null; });
  return sending;
}

/* How many scans have not arrived, those under way among them. */
export async function left() {
  return new Set((await queue.all().catch(() => [])).map((scan) => scan.uuid).concat(...underWay)).size;
}

/* What is refused is sent in smaller parts, down to one by one: what stands in the way of one scan
   (a proxy with a limit of its own) holds up no other. */
async function drain() {
  const refused = [];
  let portion = MOST_AT_ONCE;
  for (;;) {
    const kept = (await drawNetwork()).filter((scan) => !underWay.has(scan.uuid) && !refused.includes(scan.uuid));
    if (!kept.length) return true;
    const sent = kept.slice(0, portion), answer = await ask(urls.batch, { scans: sent });
    if (answer.status === 401) return false;
    const uuids = sent.map((scan) => scan.uuid);
    if (answer.ok) {
      await queue.remove(uuids);
      portion = Math.min(portion * 2, MOST_AT_ONCE);
    } else if (sent.length > 1) portion = Math.ceil(sent.length / 2);
    else refused.push(uuids[0]);
  }
}
