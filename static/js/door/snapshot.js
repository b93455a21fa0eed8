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

/* How often a ticket may enter: as its event says; of a pass, as all events of the gate do. */
export function ruleOf(said, start, at, rehearsal) {
  const rules = start.entry || {}, rule = (said && rules[said.event]) || rules.any || {};
  const policy = rule.policy || "return";
  const days = rehearsal || policy === "once" || policy === "free" ? []
    : (policy === "daily" ? rule.mornings : rule.emptied) || [];
  const passed = days.map(Date.parse).filter((morning) => morning <= at);
  return { policy, since: passed.length ? new Date(Math.max(...passed)).toISOString() : null };
}

/* ``said``: what token.js read. ``rule``: of ``ruleOf``. ``seen``: what this phone knows of the
   ticket, {inside, entered}, or nothing. A reason to refuse, or null. */
export function reasonAlone(kind, said, start, rule, seen) {
  const unsure = Boolean(said && said.unsure);
  return reasonToRefuse({
    kind, known: Boolean(said),
    right_event: unsure || !said || start.events.includes(said.event) || start.passes.includes(said.product),
    ...rule, inside: Boolean(seen && seen.inside), entered_at: seen ? seen.entered : null
  });
}
