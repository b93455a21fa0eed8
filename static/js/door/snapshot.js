/* What a phone knows without network: the last orders of the door chief, and what a token says.
   Pure: no page, no memory of its own. */
import { reasonToRefuse } from "./verdict.js";

const ORDERS = ["now", "held", "rehearsal", "rehearsal_until"];

/* A gate leaves rehearsal by itself, also on a phone that hears nothing. ``at``: milliseconds. */
export function rehearsing(state, at) {
  return state.rehearsal && at < Date.parse(state.rehearsal_until);
}

/* The orders outlive a reload without network, whose page is an older one. */
export function ordersOf(state) {
  return Object.fromEntries(ORDERS.map((name) => [name, state[name]]));
}
export function withOrders(state, kept) {
  return kept && kept.now > state.now ? { ...state, ...kept } : state;
}

/* ``said``: what token.js read. A reason to refuse, or null. */
export function reasonAlone(kind, said, start) {
  const unsure = Boolean(said && said.unsure);
  return reasonToRefuse({
    kind, known: Boolean(said),
    right_event: unsure || !said || start.events.includes(said.event) || start.passes.includes(said.product)
  });
}
