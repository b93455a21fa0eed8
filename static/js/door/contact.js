/* Each few seconds: what is new at the desk, and what the phone had to keep goes there. */
import { drawNetwork, drawState, lostNetwork } from "./board.js";
import { handOver, leaving } from "./handover.js";
import { ask } from "./network.js";
import { notes } from "./notes.js";
import { ordersOf, withOrders } from "./snapshot.js";
import { clock, evening, urls } from "./start.js";
import { sendKept } from "./upload.js";

const ORDERS = "door-orders";

export async function refresh() {
  if (leaving()) return handOver();
  try {
    const kept = await drawNetwork();
    const askedAt = performance.now();
    const answer = await ask(urls.state + "?queued=" + kept.length);
    if (answer.status === 401) return handOver();
    if (!answer.ok) throw new Error("unavailable");
    evening.online = true;
    clock.heard(answer.said.now, askedAt);
    evening.state = answer.said;
    notes.setItem(ORDERS, JSON.stringify(ordersOf(evening.state)));
    drawState();
    if (evening.state.handing_over || !(await sendKept())) return handOver();
  } catch (error) {
    lostNetwork();
    drawState();
  }
}

export function takeOrders() {
  evening.state = withOrders(evening.state, JSON.parse(notes.getItem(ORDERS) || "null"));
}
