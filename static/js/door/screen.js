/* The big answer, and the invitation between two of them. */
import { feedback } from "./feedback.js";
import { words } from "./start.js";

/* What is to be read stays longer than a verdict. */
const NEXT_MS = 1200, READ_MS = 5000;
export const SIGNS = {
  yes: "m2.5 10.5 5.3 5.3 9.7-11", no: "m3.5 3.5 13 13m0-13-13 13",
  note: "M10 2.5v9M10 15.5v2", kept: "M10 2.5V10l5 3.5"
};

/* ``showing``: an answer is there. ``stopped``: the phone scans no more. ``shown``: how many there were. ``leftAt``: when the last left. */
export const screen = { showing: false, stopped: false, shown: 0, leftAt: 0 };
let timer = null, invitation = words.present;

export function the(id) { return document.getElementById(id); }

/* ``told``: what the holder answered, for the steward. */
export function show(tone, word, name, detail, advice, told = []) {
  clearTimeout(timer);
  screen.showing = true;
  screen.shown += 1;
  const box = the("verdict");
  box.className = "say is-" + tone;
  the("sign").setAttribute("d", SIGNS[tone]);
  the("word").textContent = word;
  the("name").textContent = name || "";
  the("detail").textContent = detail || "";
  the("advice").textContent = advice || "";
  the("advice").hidden = !advice;
  the("told").replaceChildren(...told.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
  the("told").hidden = !told.length;
  the("others").hidden = true;
  box.hidden = false;
  the("waiting").hidden = true;
  the("typed").hidden = true;
  the("leaving").hidden = true;
  feedback(tone);
  if (tone === "yes" || tone === "note") leaveIn(told.length ? READ_MS : NEXT_MS);
  else the("next").focus();
}

export function leaveIn(milliseconds) {
  stay();
  timer = setTimeout(next, milliseconds);
}
export function stay() { clearTimeout(timer); }

/* No more answers: what stands there now goes, and what is said when the phone leaves comes. */
export function stopScreen() {
  screen.stopped = true;
  the("typed").hidden = true;
  the("thumb").hidden = true;
  next();
}

export function next() {
  stay();
  screen.showing = false;
  the("verdict").hidden = true;
  the("waiting").hidden = screen.stopped;
  the("leaving").hidden = !screen.stopped;
  screen.leftAt = Date.now();
}

export function busy() { the("hint").textContent = words.busy; }
export function invite(text) {
  if (text) invitation = text;
  the("hint").textContent = invitation;
}
