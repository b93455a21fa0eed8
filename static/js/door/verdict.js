/* The order of questions of eventsapp/domain/checkin/verdicts.py, for a phone without network.
   Both read tests/vectors/door.json in the tests. Times are milliseconds or ISO texts. */
const TOLERANCE_MS = 10 * 60 * 1000;

/* The first reason to refuse, or null: the person may pass. */
export function reasonToRefuse(given) {
  if (given.known === false) return "unknown";
  if (given.kind === "exit") return null;
  if (given.right_event === false) return "wrong_event";
  if (given.void) return "void";
  if (given.blocked) return "blocked";
  if (given.unpaid) return "unpaid";
  if (given.right_gate === false) return "wrong_gate";
  return reasonOfTime(given) || (given.full ? "full" : entered(given) ? "already_in" : null);
}

/* Whether the ticket has had what its policy gives it. */
function entered(given) {
  const policy = given.policy || "return", last = instant(given.entered_at), since = instant(given.since);
  if (policy === "free") return false;
  if (policy !== "once" && since !== null && (last === null || last < since)) return false;
  return policy === "return" ? Boolean(given.inside) : Boolean(given.inside) || last !== null;
}

function reasonOfTime(given) {
  const at = instant(given.at), opens = instant(given.opens_at), closes = instant(given.closes_at);
  if (given.rehearsal || at === null) return null;
  if (opens !== null && at < opens - TOLERANCE_MS) return "too_early";
  if (closes !== null && at > closes + TOLERANCE_MS) return "too_late";
  return null;
}

function instant(value) {
  return value === null || value === undefined ? null : new Date(value).getTime();
}
