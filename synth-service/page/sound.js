// Sound: clips one after the other, and the shape of a recording.

import { drawn } from "./dom.js";

/** Ends the sound of an audio element, and leaves nothing that could be played again. */
export function silence(audio) {
  audio.pause();
  audio.removeAttribute("src");
  audio.load();
}

/** Plays clips in order in an audio element, each as soon as it is added. */
export function playlist(audio) {
  let waiting = [];
  let playing = false;
  let url = null;
  const drop = () => {
    if (url) URL.revokeObjectURL(url);
    url = null;
  };
  const next = () => {
    const blob = waiting.shift();
    playing = Boolean(blob);
    if (!blob) return;
    drop();
    url = URL.createObjectURL(blob);
    audio.src = url;
    // A browser that forbids it leaves the controls to the user.
    audio.play().catch(() => {});
  };
  audio.addEventListener("ended", next);
  return {
    add(blob) {
      waiting.push(blob);
      if (!playing) next();
    },
    stop() {
      waiting = [];
      playing = false;
      silence(audio);
      drop();
    },
  };
}

/** The sizes in the head of a WAV file that was sent while it was made are unknown: here they are known. */
export function withSizes(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (text(0) !== "RIFF") return bytes;
  view.setUint32(4, bytes.length - 8, true);
  for (let at = 12; at + 8 <= bytes.length; ) {
    if (text(at) === "data") {
      view.setUint32(at + 4, bytes.length - at - 8, true);
      break;
    }
    at += 8 + view.getUint32(at + 4, true);
  }
  return bytes;
}

/** The peaks of a recording, 0 to 1, its length in seconds and its loudest sample. */
export async function decode(bytes, stretches) {
  const context = new OfflineAudioContext(1, 1, 24000);
  const sound = await context.decodeAudioData(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const samples = sound.getChannelData(0);
  const peaks = new Array(stretches).fill(0);
  samples.forEach((sample, index) => {
    const place = Math.floor((index / samples.length) * stretches);
    peaks[place] = Math.max(peaks[place], Math.abs(sample));
  });
  return { peaks, seconds: sound.duration, loudest: Math.max(...peaks) };
}

/** The outline of peaks (0 to 1) between two x, around the middle of a lane. */
export function outline(peaks, from, until, middle, half) {
  if (!peaks.length) return drawn("path", { d: "" });
  const x = (index) => (from + ((index + 0.5) / peaks.length) * (until - from)).toFixed(1);
  const y = (peak, side) => (middle - side * Math.max(peak * half, 0.4)).toFixed(1);
  const above = peaks.map((peak, index) => `${x(index)} ${y(peak, 1)}`);
  const below = peaks.map((peak, index) => `${x(index)} ${y(peak, -1)}`).reverse();
  return drawn("path", { class: "outline", d: `M${above.join("L")}L${below.join("L")}Z` });
}
