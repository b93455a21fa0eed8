/* The door: show a code, get a verdict. This file only begins; each part has one of its own. */
import { drawNetwork, drawState, lostNetwork } from "./board.js";
import { camera } from "./camera.js";
import { refresh, takeOrders } from "./contact.js";
import { handOver, wasLeaving, whenLeaving } from "./handover.js";
import { listen, seen } from "./hands.js";
import { keepPage } from "./page.js";
import { invite, the } from "./screen.js";
import { clock, start, words } from "./start.js";

const STATE_MS = 5000, KEEP_MS = 2000;

async function stayAwake() {
  try { if (navigator.wakeLock) await navigator.wakeLock.request("screen"); } catch (error) { /* a low battery may refuse */ }
}

function beginCamera() {
  const eye = camera(the("video"), the("phone").dataset.wasm, seen, (has) => {
    invite(has.works ? words.present : words.noCamera);
    the("torch").hidden = !has.torch;
    the("torch").setAttribute("aria-pressed", "false");
    the("turn").hidden = !has.several;
  });
  the("turn").addEventListener("click", eye.turn);
  the("torch").addEventListener("click", async () => {
    const on = the("torch").getAttribute("aria-pressed") !== "true";
    if (await eye.torch(on)) the("torch").setAttribute("aria-pressed", String(on));
  });
  eye.start();
  whenLeaving(eye.end);
}

clock.begin(start.state.now);
takeOrders();
drawState();
drawNetwork();
listen();
beginCamera();
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return clock.sleep();
  clock.wake();
  stayAwake();
});
window.addEventListener("online", refresh);
window.addEventListener("offline", lostNetwork);
setInterval(refresh, STATE_MS);
stayAwake();
if (wasLeaving()) handOver(); else refresh();
if (navigator.onLine) setTimeout(keepPage, KEEP_MS);
