// A text in any voice: its sentences, the words as they are said, and the sound.

import { byId, element, time, write } from "./dom.js";
import { ask, askJson } from "./session.js";
import { decode, outline, silence, withSizes } from "./sound.js";

const [WIDTH, HEIGHT] = [600, 60];

let attempt = 0;
let url = null;

export function start() {
  byId("try-form").addEventListener("submit", (event) => {
    event.preventDefault();
    speak();
  });
}

/** Removes the result. */
export function hide() {
  attempt += 1;
  silence(byId("try-sound"));
  if (url) URL.revokeObjectURL(url);
  url = null;
  byId("try-result").hidden = true;
  byId("try-shape").replaceChildren();
  byId("try-words").replaceChildren();
}

async function speak() {
  const mine = ++attempt;
  const [text, voice] = [byId("try-text").value, byId("try-voice").value];
  const current = () => mine === attempt;
  write(byId("try-error"), "");
  write(byId("try-more"), "speaking …");
  write(byId("try-first"), "–");
  byId("try-shape").replaceChildren();
  byId("try-words").replaceChildren();
  byId("try-result").hidden = false;
  try {
    const words = askJson("/page/words", { body: { text, voice } }).then((read) => current() && showWords(read));
    await Promise.all([words, sound(text, voice, current)]);
  } catch (error) {
    if (!current()) return;
    byId("try-result").hidden = true;
    write(byId("try-error"), error.message);
  }
}

function showWords({ sentences }) {
  const items = sentences.map(({ text, words }) => {
    const item = element("li", {}, element("span", { class: "said" }, words));
    if (words !== text) item.append(element("span", { class: "written" }, text));
    return item;
  });
  byId("try-words").replaceChildren(...items);
}

async function sound(input, voice, current) {
  const began = performance.now();
  const answer = await ask("/v1/audio/speech", { body: { model: "firstword", input, voice, response_format: "wav" } });
  const reader = answer.body.getReader();
  const chunks = [];
  let first = null;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    first ??= performance.now() - began;
    chunks.push(value);
    if (current()) write(byId("try-first"), time(first));
  }
  const bytes = withSizes(new Uint8Array(await new Blob(chunks).arrayBuffer()));
  if (!current()) return;
  if (url) URL.revokeObjectURL(url);
  url = URL.createObjectURL(new Blob([bytes], { type: "audio/wav" }));
  const audio = byId("try-sound");
  audio.src = url;
  audio.play().catch(() => {});
  const decoded = await decode(bytes, WIDTH / 2);
  if (!current()) return;
  byId("try-shape").replaceChildren(outline(decoded.peaks, 0, WIDTH, HEIGHT / 2, HEIGHT / 2 - 2));
  const level = decoded.loudest > 0 ? `${(20 * Math.log10(decoded.loudest)).toFixed(1)} dBFS` : "silence";
  write(byId("try-more"), `${decoded.seconds.toFixed(1)} s of sound after ${time(performance.now() - began)}; loudest ${level}`);
}
