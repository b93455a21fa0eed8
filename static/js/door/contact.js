/* Each few seconds: what is new at the desk, and what the phone had to keep goes there. */
import { drawNetwork, drawState, lostNetwork } from "./board.js";
import { gone } from "./gone.js";
import { ask } from "./network.js";
import * as queue from "./queue.js";
import { ordersOf, withOrders } from "./snapshot.js";
import { clock, evening, urls } from "./start.js";

const MOST_AT_ONCE = 500, ORDERS = "door-orders";
/* Uuids the server may be deciding at this moment: its own verdict is the better one. */
export const underWay = new Set();
let sending = false;

export async function refresh() {
  try {
    const kept = await drawNetwork();
    const askedAt = performance.now();
    const answer = await ask(urls.state + "?queued=" + kept.length);
    if (answer.status === 401) return gone();
    if (!answer.ok) throw new Error("unavailable");
    evening.online = true;
    clock.heard(answer.said.now, askedAt);
    evening.state = answer.said;
    localStorage.setItem(ORDERS, JSON.stringify(ordersOf(evening.state)));
    drawState();
    await sendKept();
  } catch (error) {
    lostNetwork();
    drawState();
  }
}

export function takeOrders() {
  evening.state = withOrders(evening.state, JSON.parse(localStorage.getItem(ORDERS) || "null"));
}

/* Sent until nothing is left. What is refused is sent in smaller parts, down to one by one: what
   stands in the way of one scan (a proxy with a limit of its own) holds up no other. */
async function sendKept() {
  if (sending) return;
  sending = true;
  try { await drain(); } finally { sending = false; }
}

async function drain() {
  const refused = [];
  let portion = MOST_AT_ONCE;
  for (;;) {
    const kept = (await drawNetwork()).filter((scan) => !underWay.has(scan.uuid) && !refused.includes(scan.uuid));
    if (!kept.length) return;
    const sent = kept.slice(0, portion), answer = await ask(urls.batch, { scans: sent });
    if (answer.status === 401) return gone();
    const uuids = sent.map((scan) => scan.uuid);
    if (answer.ok) {
      await queue.remove(uuids);
      portion = Math.min(portion * 2, MOST_AT_ONCE);
    } else if (sent.length > 1) portion = Math.ceil(sent.length / 2);
    else refused.push(uuids[0]);
  }
}
