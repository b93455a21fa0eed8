/* Hands: buttons, and a keyboard wedge that types and ends with Enter. */
import { meansIt, scan } from "./passage.js";
import { next, screen, the } from "./screen.js";
import { undo } from "./undo.js";

let exits = false;

/* A code from the camera, the form or a reader, as an entry or, while the button is down, an exit. */
function shown(text) { scan(text, exits ? "exit" : "entry"); }
export function seen(text) { if (the("typed").hidden) shown(text); }

export function listen() {
  the("next").addEventListener("click", next);
  the("undo").addEventListener("click", () => undo(meansIt));
  the("exit").addEventListener("click", () => {
    exits = !exits;
    the("exit").setAttribute("aria-pressed", String(exits));
  });
  listenToForm();
  listenToReader();
}

function listenToForm() {
  the("type").addEventListener("click", () => {
    if (screen.showing) next();
    the("waiting").hidden = true;
    the("typed").hidden = false;
    the("token").focus();
  });
  function close() { the("typed").hidden = true; the("waiting").hidden = screen.showing; }
  the("typed-close").addEventListener("click", close);
  the("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = the("token").value.replace(/[\r\n]/g, "").trim();
    the("token").value = "";
    close();
    meansIt();
    if (text) shown(text);
  });
}

/* A wedge types faster than any hand: its spaces must press no button, its pauses begin anew. */
function listenToReader() {
  let typed = "", typedAt = 0;
  document.addEventListener("keydown", (event) => {
    if (event.target === the("token") && event.key === "Enter") {
      event.preventDefault();
      the("typed").requestSubmit();
    }
    if (event.target.closest("textarea, input") || event.ctrlKey || event.metaKey) return;
    const gap = event.timeStamp - typedAt;
    typedAt = event.timeStamp;
    if (gap > 1000) typed = "";
    if (event.key === " " && typed && gap < 60) event.preventDefault();
    if (event.key === "Enter" && typed.length > 20) {
      event.preventDefault();
      if (screen.showing) next();
      shown(typed);
      typed = "";
    } else if (event.key === "Enter" && !event.target.closest("button")) {
      typed = "";
      if (screen.showing) next();
    } else if (event.key.length === 1) {
      typed = (typed + event.key).slice(-400);
    }
  });
}
