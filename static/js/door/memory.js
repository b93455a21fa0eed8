/* What the phone remembers of a code, and what it decides by that alone. */
import { drawNetwork } from "./board.js";
import * as queue from "./queue.js";
import { show } from "./screen.js";
import { reasonAlone, rehearsing, ruleOf } from "./snapshot.js";
import { clock, evening, start, words } from "./start.js";
import { readToken } from "./token.js";
import { mayUndo } from "./undo.js";

/* Refusals that hold for the evening: known again without network. */
const LASTING = ["void", "blocked", "unpaid", "wrong_event", "wrong_gate", "already_in"];

export async function remember(code, said) {
  if (said.verdict !== "accepted") {
    if (LASTING.includes(said.reason)) await queue.learn(code.token, said.reason, said.rehearsal, clock.now());
    return;
  }
  mayUndo(code);
  if (code.kind === "exit") await queue.left(code.token);
  else await queue.learn(code.token, "already_in", said.rehearsal, clock.now());
}

export async function decideAlone(code) {
  if (!start.offline) return show("no", words.refused, "", words.stop, words.desk);
  if (evening.state.held && code.kind === "entry") return show("no", words.refused, "", words.held, "");
  const said = await readToken(code.token, start.keys), rehearsal = rehearsing(evening.state, clock.now());
  const rule = ruleOf(said, start, clock.now(), rehearsal);
  const seen = await queue.seenOf(code.token, rehearsal).catch(() => null);
  let reason = reasonAlone(code.kind, said, start, rule, seen);
  if (!reason && code.kind === "entry" && !seen) {
    reason = await queue.reasonOf(code.token, rehearsal).catch(() => null);
  }
  code.local_verdict = reason ? "refused" : "accepted";
  if (reason) code.local_reason = reason;
  /* Sent later: the rehearsal may be over by then. */
  code.rehearsal = rehearsal;
  try {
    await queue.add(code);
  } catch (error) {
    /* Memory that is full or closed: what is not noted is not let in by this phone. */
    return show("no", words.notKept, "", words.notKeptDetail, words.notKeptAdvice);
  }
  await drawNetwork();
  if (reason) return show("no", words.refused, "", words.why[reason] || "", words.desk);
  await remember(code, { verdict: "accepted", rehearsal }).catch(() => { /* noted all the same */ });
  show("kept", words.noted, "", said.unsure ? words.notedUnsure : words.notedDetail, "");
}
