// A conversation with the configured model, by typing. The contact is the page's own, so that its words may be shown.

import { byId, element, time, write } from "./dom.js";
import { ask, askJson } from "./session.js";
import { playlist } from "./sound.js";

/** Time between two looks at an answer, in milliseconds. */
const LOOK_EVERY = 150;

/** The longest look at one answer. */
const LONGEST = 120000;

let contact = newContact();
let before = null;
let turn = 0;
let clips = null;

// The service shows the words of contacts with this beginning.
function newContact() {
  return `operator-${crypto.randomUUID?.() ?? Math.random().toString(36).slice(2)}`;
}

export function start() {
  clips = playlist(byId("talk-sound"));
  byId("talk-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const box = byId("talk-text");
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    say(text);
  });
  byId("talk-stop").addEventListener("click", stop);
  byId("talk-new").addEventListener("click", () => {
    stop();
    contact = newContact();
    before = null;
    byId("talk-log").replaceChildren();
  });
}

export function showHost(host) {
  const missing = !host.has_bucket
    ? "Answers are streams, and this host has no bucket: set --bucket (FIRSTWORD_BUCKET)."
    : "This host has no language model: set --chat-model (FIRSTWORD_CHAT_MODEL).";
  const isMissing = !host.has_bucket || !host.has_model;
  byId("talk-missing").hidden = !isMissing;
  write(byId("talk-missing"), isMissing ? missing : "");
  byId("talk-room").hidden = isMissing;
}

function stop() {
  turn += 1;
  clips.stop();
  byId("talk-stop").disabled = true;
  // The answer may have ended by itself.
  if (before) ask("/synthesize_stream_cancel", { body: { stream_id: before.stream_id } }).catch(() => {});
}

async function say(text) {
  const mine = ++turn;
  clips.stop();
  write(byId("talk-error"), "");
  const words = element("p", {}, "…");
  const about = element("p", { class: "quiet" });
  const log = byId("talk-log");
  log.append(element("li", { class: "you" }, text), element("li", { class: "answer" }, words, about));
  log.lastElementChild.scrollIntoView({ block: "nearest" });
  const began = performance.now();
  try {
    const body = { text, contact_id: contact, voice: byId("talk-voice").value, ...before };
    const { stream_id } = await askJson("/chat_stream", { body });
    before = { stream_id, next_index: 0 };
    byId("talk-stop").disabled = false;
    await follow(stream_id, { words, about, began, isMine: () => mine === turn });
  } catch (error) {
    write(words, "");
    if (mine === turn) write(byId("talk-error"), error.message);
  }
}

/** Takes the words and the clips of an answer as they come. */
async function follow(id, { words, about, began, isMine }) {
  let taken = 0;
  let first = null;
  while (isMine() && performance.now() - began < LONGEST) {
    const answer = await askJson(`/page/streams/${id}`);
    if (answer.words.length) write(words, answer.words.join(" "));
    for (; taken < answer.parts && isMine(); taken += 1) {
      const clip = await (await ask(`/page/streams/${id}/clips/${taken}`)).blob();
      if (!isMine()) return;
      first ??= performance.now() - began;
      clips.add(clip);
      before = { stream_id: id, next_index: taken + 1 };
    }
    const link = element("a", { href: `#call=${id}` }, "the call");
    if (first !== null) about.replaceChildren(`first sound after ${time(first)} · ${taken} clips · `, link);
    if (answer.state !== "running" && taken >= answer.parts) {
      if (answer.reason && answer.reason !== "none") about.append(` · ${answer.reason}`);
      byId("talk-stop").disabled = true;
      return;
    }
    await new Promise((done) => setTimeout(done, LOOK_EVERY));
  }
}
