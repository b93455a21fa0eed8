/* People who came together: the steward gets time to let them all in with one touch. */
import { drawState, lostNetwork } from "./board.js";
import { ask } from "./network.js";
import { leaveIn, screen, show, stay, the } from "./screen.js";
import { evening, urls, words } from "./start.js";
import { isLast } from "./undo.js";

const GROUP_MS = 6000;

export async function offerOthers(code) {
  const others = urls.scans + "/" + code.uuid + "/companions";
  try {
    const answer = await ask(others);
    if (!answer.ok || !answer.said.count || !screen.showing || !isLast(code)) return;
    leaveIn(GROUP_MS);
    the("others-words").textContent = answer.said.label;
    the("others").hidden = false;
    the("all-in").onclick = () => letAllIn(others);
  } catch (error) { /* the first entry stands; the others show their own codes */ }
}

async function letAllIn(others) {
  stay();
  try {
    const done = await ask(others, {});
    if (!done.ok) return show("no", words.refused, "", done.said.detail || "", words.desk);
    show(done.said.tone, done.said.word, "", "", "");
    evening.state = done.said.state;
    drawState();
  } catch (error) { lostNetwork(); }
}
