/* One code: asked of the server, or decided alone. Green only when the server has said so. */
import { lostNetwork } from "./board.js";
import { offerOthers } from "./companions.js";
import { refresh } from "./contact.js";
import { handOver, leaving } from "./handover.js";
import { decideAlone, remember } from "./memory.js";
import { nextSeq, uuid } from "./names.js";
import { ask } from "./network.js";
import * as queue from "./queue.js";
import { busy, invite, screen, show } from "./screen.js";
import { clock, evening, start, urls, words } from "./start.js";
import { isLast, mayUndo } from "./undo.js";
import { underWay } from "./upload.js";

const SOON_MS = 1500, GIVE_UP_MS = 10000, SAME_MS = 3000, LATE = new Error("late");
let asking = false, lastText = "";

/* ``kind``: entry or exit. */
export async function scan(text, kind) {
  if (screen.showing || asking || leaving()) return;
  if (text === lastText && Date.now() - screen.leftAt < SAME_MS) return;
  lastText = text;
  asking = true;
  busy();
  const code = { uuid: uuid(), token: text.slice(0, 400), kind, scanned_at: clock.iso(), seq: nextSeq() };
  const asked = ask(urls.scans, code, start.offline && GIVE_UP_MS);
  let late = false;
  underWay.add(code.uuid);
  try {
    await tell(code, await soon(asked));
  } catch (error) {
    /* Slow is not gone: that is known only when nobody answers in the end. */
    if (error !== LATE) evening.online = false;
    late = true;
    await decideAlone(code);
  } finally {
    asking = false;
    if (!late) underWay.delete(code.uuid);
    invite();
  }
  if (late) asked.then(hearLate.bind(null, code, screen.shown), lostNetwork).finally(() => underWay.delete(code.uuid));
}

/* The same code shown again is meant, not a camera that sees it still. */
export function meansIt() { lastText = ""; }

/* People do not wait for a slow server, where the phone may decide alone. */
function soon(asked) {
  if (!start.offline) return asked;
  return Promise.race([asked, new Promise((_, reject) => { setTimeout(reject, SOON_MS, LATE); })]);
}

async function tell(code, answer) {
  evening.online = true;
  underWay.delete(code.uuid);
  if (answer.status === 401) return handOver();
  if (!answer.ok) {
    show("no", words.refused, "", answer.said.detail || words.failed, "");
    return refresh();
  }
  await remember(code, answer.said).catch(() => { /* a full phone: the verdict stands */ });
  show(answer.said.tone, answer.said.word, answer.said.name, answer.said.detail, answer.said.advice, answer.said.told);
  refresh();
  if (answer.said.verdict === "accepted" && code.kind === "entry") offerOthers(code);
}

/* The server's word on what the phone has decided meanwhile: on the same screen while it is
   there; later only a refusal, by name, so that the person can be called back. */
async function hearLate(code, shown, answer) {
  if (answer.status !== 401 && !answer.ok) return;
  /* A phone that keeps nothing has nothing to take back, and shows the answer all the same. */
  const quietly = (keeping) => keeping.catch(() => null);
  if (answer.ok) await quietly(queue.remove([code.uuid]));
  const refused = answer.said.verdict === "refused";
  if (refused && isLast(code)) mayUndo(null);
  if (refused) await quietly(queue.forget(code.token));
  if (screen.showing ? screen.shown === shown : refused && !asking) return tell(code, answer);
  evening.online = true;
  if (answer.ok) await quietly(remember(code, answer.said));
  refresh();
}
