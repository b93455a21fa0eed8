/* The camera: asked for once, given back when the page is hidden, decoded by zxing-wasm. */
import { notes } from "./notes.js";

const EVERY_MS = 80, CHOSEN = "door-camera";

/* ``onReady`` is told {works, torch, several} whenever that changes. */
export function camera(video, wasm, onCode, onReady) {
  let track = null, starting = false, looking = false, ended = false;
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });

  ZXingWASM.prepareZXingModule({
    overrides: { locateFile: function (name, prefix) { return name.endsWith(".wasm") ? wasm : prefix + name; } },
    fireImmediately: true
  });

  function none() { onReady({ works: false, torch: false, several: false }); }

  function open(chosen) {
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const which = chosen ? { deviceId: { exact: chosen } } : { facingMode: "environment" };
    return navigator.mediaDevices.getUserMedia({ video: Object.assign(size, which), audio: false });
  }

  async function start() {
    if (track || starting || ended) return;
    if (!navigator.mediaDevices) return none();
    starting = true;
    try {
      const chosen = notes.getItem(CHOSEN);
      /* The one chosen yesterday may be unplugged today. */
      const stream = await open(chosen).catch(function (error) {
        if (!chosen) throw error;
        notes.removeItem(CHOSEN);
        return open(null);
      });
      track = stream.getVideoTracks()[0];
      track.addEventListener("ended", function () { stop(); none(); });
      video.srcObject = stream;
      await video.play();
      const can = track.getCapabilities ? track.getCapabilities() : {};
      onReady({ works: true, torch: Boolean(can.torch), several: (await cameras()).length > 1 });
      look();
    } catch (error) {
      stop();
      none();
    } finally {
      starting = false;
    }
  }

  function stop() {
    if (track) track.stop();
    track = null;
    video.srcObject = null;
  }

  async function cameras() {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter(function (one) { return one.kind === "videoinput"; });
  }

  /* One loop, however often the camera is changed. */
  async function look() {
    if (looking) return;
    looking = true;
    while (track) {
      try { if (video.videoWidth) await read(); } catch (error) { /* one frame lost, the next comes */ }
      await new Promise(function (next) { setTimeout(next, EVERY_MS); });
    }
    looking = false;
  }

  async function read() {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    pen.drawImage(video, 0, 0);
    const frame = pen.getImageData(0, 0, canvas.width, canvas.height);
    const found = await ZXingWASM.readBarcodes(frame, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 });
    if (found.length && found[0].text) onCode(found[0].text);
  }

  document.addEventListener("visibilitychange", function () {
    if (document.hidden) stop(); else start();
  });

  return {
    start: start,
    /* For good: also when the page is looked at again. */
    end: function () { ended = true; stop(); },
    /* The next one: front, back, or the one that sees best in the dark. */
    turn: async function () {
      if (!track || starting) return;
      const ids = (await cameras()).map(function (one) { return one.deviceId; });
      const now = track.getSettings().deviceId;
      notes.setItem(CHOSEN, ids[(ids.indexOf(now) + 1) % ids.length]);
      stop();
      await start();
    },
    torch: async function (on) {
      if (!track) return false;
      try { await track.applyConstraints({ advanced: [{ torch: on }] }); return true; } catch (error) { return false; }
    }
  };
}
