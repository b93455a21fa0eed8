/* The camera: asked for once, given back when the page is hidden, decoded by zxing-wasm. */
(function (root) {
  "use strict";
  var EVERY_MS = 80;

  root.doorCamera = function (video, wasm, onCode, onTrouble) {
    var track = null, busy = false, canvas = document.createElement("canvas");
    var pen = canvas.getContext("2d", { willReadFrequently: true });

    ZXingWASM.prepareZXingModule({
      overrides: { locateFile: function (name, prefix) { return name.endsWith(".wasm") ? wasm : prefix + name; } },
      fireImmediately: true
    });

    async function start() {
      if (track || !navigator.mediaDevices) return track ? undefined : onTrouble();
      try {
        var stream = await navigator.mediaDevices.getUserMedia({
          video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false
        });
        track = stream.getVideoTracks()[0];
        video.srcObject = stream;
        await video.play();
        tick();
      } catch (error) {
        onTrouble();
      }
    }

    function stop() {
      if (track) track.stop();
      track = null;
      video.srcObject = null;
    }

    async function tick() {
      if (!track) return;
      if (!busy && video.videoWidth) {
        busy = true;
        try { await look(); } catch (error) { /* one frame lost, the next comes */ }
        busy = false;
      }
      setTimeout(tick, EVERY_MS);
    }

    async function look() {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      pen.drawImage(video, 0, 0);
      var frame = pen.getImageData(0, 0, canvas.width, canvas.height);
      var found = await ZXingWASM.readBarcodes(frame, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 });
      if (found.length && found[0].text) onCode(found[0].text);
    }

    document.addEventListener("visibilitychange", function () {
      if (document.hidden) stop(); else start();
    });

    return {
      start: start,
      torch: async function (on) {
        if (!track) return false;
        try { await track.applyConstraints({ advanced: [{ torch: on }] }); return true; } catch (error) { return false; }
      }
    };
  };
})(window);
