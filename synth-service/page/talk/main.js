// The page of a call in the browser: begins it, shows it, ends it.

import { byId, set, write } from "../dom.js";
import { forget, keep, token } from "../session.js";
import * as captions from "./captions.js";
import { bestCodec, decoder, encoder } from "./codec.js";
import { openLine, UNAUTHORISED } from "./line.js";
import * as turns from "./turns.js";
import { openVoice, Trouble } from "./voice.js";

const needsToken = document.documentElement.dataset.signIn === "needed";

const STATES = {
  idle: "not connected", connecting: "connecting", listening: "listening", hearing: "hearing you", thinking: "thinking",
  speaking: "speaking",
};

/** The colour of the dot, where it is not the state's own. */
const DOTS = { listening: "good", connecting: "", idle: "" };

/** Between two sentences of an answer the agent still speaks, in milliseconds. */
const SHORT_PAUSE = 400;

let call = null;
let pause = null;

function show(state) {
  clearTimeout(pause);
  set(byId("dot"), { class: `dot ${DOTS[state] ?? state}` });
  write(byId("state"), STATES[state]);
  const isOn = state !== "idle";
  byId("start").hidden = isOn;
  byId("stop").hidden = !isOn;
  byId("meters").hidden = !isOn;
  byId("language-box").hidden = isOn;
  byId("token-box").hidden = isOn || !needsToken || Boolean(token());
}

/** The levels of speech, from 0 to 1 in decibels above -60. */
function level(who, peak) {
  byId(`${who}-level`).value = Math.max(0, 1 + Math.log10(Math.max(peak, 1e-6)) / 3);
}

function playing(isPlaying) {
  if (!call) return;
  call.isPlaying = isPlaying;
  clearTimeout(pause);
  if (isPlaying) return show("speaking");
  pause = setTimeout(() => {
    captions.silent();
    if (call?.isThinking) show("thinking");
    else show("listening");
  }, SHORT_PAUSE);
}

const NEWS = {
  hearing({ turn, text }) {
    captions.heard(turn, text, false);
    show("hearing");
  },
  heard({ turn, text }) {
    captions.heard(turn, text, true);
    call.isThinking = true;
    show("thinking");
  },
  saying({ turn, text }) {
    if (turn !== null) call.isThinking = false;
    captions.saying(turn, text);
    if (call.isPlaying) show("speaking");
  },
  interrupted: ({ turn, heard }) => captions.interrupted(turn, heard),
  moments: turns.moments,
};

async function begin() {
  const mine = { isThinking: false, isPlaying: false, close: [] };
  call = mine;
  write(byId("error"), "");
  captions.reset();
  turns.reset();
  show("connecting");
  try {
    await connect(mine);
  } catch (error) {
    end(mine, error instanceof Trouble ? error.message : `This browser can't hold a call (${error.message}): use a newer one.`);
  }
}

async function connect(mine) {
  const codec = await bestCodec();
  const lost = (error) => end(mine, error.message);
  let line = null;
  const up = encoder(codec, (payload) => line?.frame(payload), lost);
  mine.close.push(up.close);
  const voice = await openVoice({
    frame: (samples) => line && up.take(samples), played: (mark) => line?.played(mark), playing, level, lost: (message) => end(mine, message),
  });
  mine.close.push(voice.close);
  // The caller has hung up meanwhile.
  if (call !== mine) return release(mine);
  const down = decoder(codec, voice.play, voice.mark, lost);
  mine.close.push(down.close);
  line = openLine({ token: token() ?? undefined, codec, language: byId("language").value || undefined }, {
    started: () => show("listening"),
    frame: down.frame,
    mark: down.mark,
    clear() {
      down.clear();
      voice.clear();
    },
    news: (message) => NEWS[message.type]?.(message),
    ended(reason, code) {
      if (code === UNAUTHORISED) forget();
      end(mine, reason);
    },
  });
  mine.close.push(line.hangUp);
  write(byId("line"), codec === "opus" ? "Sound travels as Opus." : "Sound travels as samples: this browser has no Opus.");
}

function release(mine) {
  for (const close of mine.close.splice(0)) close();
}

/** Ends a call. The message says what to do, where it has ended for a reason. */
function end(mine, message) {
  const isCurrent = call === mine;
  // The line's own end, which follows from the release, must not be taken for the reason.
  if (isCurrent) call = null;
  release(mine);
  if (!isCurrent) return;
  captions.silent();
  turns.end();
  show("idle");
  write(byId("error"), message ?? "");
  (byId("token-box").hidden ? byId("start") : byId("token")).focus();
}

byId("begin").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = byId("token").value.trim();
  if (given) keep(given);
  byId("token").value = "";
  if (!call) begin();
});
byId("stop").addEventListener("click", () => call && end(call));
addEventListener("pagehide", () => call && end(call));
turns.start();
show("idle");
