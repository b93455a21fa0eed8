/* The last passage can be taken back for a moment. */
import { drawState, lostNetwork } from "./board.js";
import { handOver } from "./handover.js";
import { uuid } from "./names.js";
import { ask } from "./network.js";
import * as queue from "./queue.js";
import { show, the } from "./screen.js";
import { evening, urls, words } from "./start.js";

const UNDO_MS = 10000;
let last = null, timer = null;

/* Null when there is none any more. */
export function mayUndo(code) {
  clearTimeout(timer);
  last = code;
  the("undo").disabled = !code;
  if (code) timer = setTimeout(mayUndo, UNDO_MS, null);
}
export function isLast(code) { return last === code; }

/* ``again``: called when it is taken back, for the same code may be shown once more. */
export async function undo(again) {
  if (!last) return;
  const code = last;
  mayUndo(null);
  try {
    const answer = await ask(urls.annulments, { uuid: uuid(), scan: code.uuid });
    if (answer.status === 401) return handOver();
    if (!answer.ok) return show("no", words.refused, "", answer.said.detail || "", "");
    await queue.forget(code.token);
    again();
    evening.state = answer.said;
    drawState();
    show("note", words.undone, "", "", "");
  } catch (error) {
    lostNetwork();
    show("no", words.refused, "", words.notUndone, words.desk);
  }
}
