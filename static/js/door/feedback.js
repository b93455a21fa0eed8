/* Sound and vibration, a different one for yes, note and no: a steward looks at faces. */
let audio = null;
const TUNES = {
  yes: [[880, 0, .09], [1320, .1, .16]],
  note: [[660, 0, .18]],
  kept: [[660, 0, .12], [660, .2, .12]],
  no: [[220, 0, .22], [196, .28, .35]]
};
const BUZZ = { yes: [60], note: [30], kept: [60, 60, 60], no: [250, 100, 250] };

/* A browser lets a page sound only after a touch. */
window.addEventListener("pointerdown", function () {
  const Audio = window.AudioContext || window.webkitAudioContext;
  if (!audio && Audio) audio = new Audio();
}, { once: true });

export function feedback(tone) {
  if (navigator.vibrate) navigator.vibrate(BUZZ[tone] || []);
  if (!audio) return;
  (TUNES[tone] || []).forEach(function (note) {
    const voice = audio.createOscillator(), volume = audio.createGain();
    const start = audio.currentTime + note[1];
    voice.type = tone === "no" ? "square" : "sine";
    voice.frequency.value = note[0];
    volume.gain.setValueAtTime(.25, start);
    volume.gain.exponentialRampToValueAtTime(.001, start + note[2]);
    voice.connect(volume).connect(audio.destination);
    voice.start(start);
    voice.stop(start + note[2]);
  });
}
