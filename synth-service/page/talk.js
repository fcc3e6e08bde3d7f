// A conversation with the configured model, by typing. The contact is the page's own, so that its words may be shown.

import { byId, element, time, write } from "./dom.js";
import { ask, askJson, token } from "./session.js";
import { playlist } from "./sound.js";

/** Time between two looks until the first clip, in milliseconds. The host that makes the answer asks the bucket nothing. */
const FIRST_LOOK_EVERY = 150;

/** Time between two looks afterwards, which read the words in the bucket. */
const LOOK_EVERY = 500;

/** The longest look at one answer. */
const LONGEST = 120000;

let contact = newContact();
let before = null;
let turn = 0;
let clips = null;

// The service shows the words of contacts with this beginning. `randomUUID` is there with TLS only.
function newContact() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return `firstword-page-${Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
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
  byId("talk-new").addEventListener("click", hide);
}

/** Ends the talk. The next one is that of another contact. */
export function hide() {
  stop();
  contact = newContact();
  before = null;
  byId("talk-log").replaceChildren();
  write(byId("talk-error"), "");
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
  if (before) cancel(before.stream_id);
}

// The answer may have ended by itself.
const cancel = (stream_id, by) => ask("/synthesize_stream_cancel", { body: { stream_id }, by }).catch(() => {});

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
  const by = token();
  try {
    const body = { text, contact_id: contact, voice: byId("talk-voice").value, ...before };
    const { stream_id } = await askJson("/chat_stream", { body });
    if (mine !== turn) {
      write(words, "");
      await cancel(stream_id, by);
      return;
    }
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
    const answer = await askJson(`/streams/${id}`);
    if (!isMine()) return;
    for (; taken < answer.parts; taken += 1) {
      const clip = await (await ask(`/page/streams/${id}/clips/${taken}`)).blob();
      if (!isMine()) return;
      first ??= performance.now() - began;
      clips.add(clip);
      before = { stream_id: id, next_index: taken + 1 };
    }
    const isOver = answer.state !== "running" && taken >= answer.parts;
    if (first !== null || isOver) {
      const detail = await askJson(`/page/streams/${id}`);
      if (!isMine()) return;
      if (detail.words.length) write(words, detail.words.join(" "));
    }
    const link = element("a", { href: `#call=${id}` }, "the call");
    if (first !== null) about.replaceChildren(`first sound after ${time(first)} · ${taken} clips · `, link);
    if (isOver) {
      if (answer.reason && answer.reason !== "none") about.append(` · ${answer.reason}`);
      byId("talk-stop").disabled = true;
      return;
    }
    await new Promise((done) => setTimeout(done, first === null ? FIRST_LOOK_EVERY : LOOK_EVERY));
  }
}
