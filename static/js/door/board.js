/* What stands around the answer: the count, the orders, the last passages, the network. */
import * as queue from "./queue.js";
import { SIGNS, the } from "./screen.js";
import { rehearsing } from "./snapshot.js";
import { clock, evening, words } from "./start.js";

export function drawState() {
  const state = evening.state;
  the("entered").textContent = state.entered;
  the("expected").textContent = state.expected;
  the("rehearsal").hidden = !rehearsing(state, clock.now());
  the("held").hidden = !state.held;
  the("last").replaceChildren(...state.last.slice(0, 20).map(passage));
}

function passage(row) {
  const item = document.createElement("li"), time = document.createElement("span");
  const sign = document.createElement("span"), who = document.createElement(row.undone ? "s" : "span");
  time.className = "num";
  time.textContent = row.at;
  sign.className = row.accepted ? "y" : "n";
  sign.innerHTML = '<svg class="i" viewBox="0 0 20 20" aria-hidden="true"><path d="' + SIGNS[row.accepted ? "yes" : "no"] + '"/></svg>';
  who.textContent = row.name;
  item.append(time, sign, who);
  return item;
}

/* Resolves to the scans that the phone still holds. */
export async function drawNetwork() {
  /* A browser that keeps nothing holds nothing: the phone goes on asking. */
  const kept = await queue.all().catch(() => []), online = evening.online;
  const offline = online === false ? words.offline : "";
  the("net").textContent = online ? words.online : offline;
  the("net-sign").hidden = !online;
  the("off").hidden = !offline && !kept.length;
  const waiting = kept.length === 1 ? words.waitingOne : kept.length ? words.waiting.replace("{n}", kept.length) : "";
  the("off-words").textContent = [offline, waiting].filter(Boolean).join(", ");
  return kept;
}

export function lostNetwork() {
  evening.online = false;
  return drawNetwork();
}
