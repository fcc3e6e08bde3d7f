// The waterfall of each turn: bars from moment to moment, from the caller's last word to the first sound of the answer.

import { byId, drawn, element, prefersStill, set, time, write } from "../dom.js";

/** The moments that are drawn: their names, and the kind of the bar that ends with each. */
const MOMENTS = {
  audio_received: ["voice begins", "caller"],
  stt_first_partial: ["first words", "caller"],
  speech_end: ["voice ends", "caller"],
  stt_complete: ["words final", "ears"],
  llm_start: ["model asked", "wait"],
  llm_first_token: ["first token", "model"],
  tts_start: ["voice at work", "sentence"],
  first_audio_sent: ["first sound", "speech"],
};

const KINDS = { caller: "caller", ears: "recogniser", wait: "decision", model: "model", sentence: "sentence", speech: "speech", working: "at work" };

/** The promise in milliseconds. */
const LIMIT = 800;

/** The least time that is drawn, after the caller's last word and at most before it, in milliseconds. */
const AFTER = 1000;
const BEFORE = 500;

const ROW = 16;
const NAMES = 88;
const NUMBERS = 52;

/** The most turns that stay on the page. */
const MOST = 50;

/** Turns by number: their timeline, their clock and what is on the page. */
let turns = new Map();

export function start() {
  for (const [kind, name] of Object.entries(KINDS)) {
    byId("legend").append(element("li", {}, element("span", { class: `key ${kind}` }), name));
  }
  new ResizeObserver(drawAll).observe(byId("turns"));
}

export function reset() {
  turns = new Map();
  byId("turns").replaceChildren();
  byId("turns-none").hidden = false;
}

/** The call is over: nothing is under way any more. */
export function end() {
  for (const turn of turns.values()) turn.isComplete = true;
  drawAll();
}

export function moments({ turn: number, timeline, is_complete }) {
  const turn = turns.get(number) ?? begin(number);
  turn.moments = timeline.moments.filter(({ moment }) => MOMENTS[moment]).sort((one, other) => one.ms - other.ms);
  turn.all = timeline.moments.find(({ moment }) => moment === "pipeline_complete")?.ms;
  turn.isComplete = is_complete;
  const newest = turn.moments.at(-1);
  // The message that came soonest after its newest moment has the best clock.
  if (newest) turn.zero = Math.min(turn.zero, performance.now() - newest.ms);
  draw(turn);
}

function begin(number) {
  const first = element("span", { class: "first" });
  const svg = drawn("svg", { role: "img" });
  const item = element("li", {}, element("h3", {}, element("span", {}, `Turn ${number + 1}`), first), svg);
  const turn = { number, first, svg, item, moments: [], zero: Infinity, isComplete: false, isMoving: false };
  for (const other of turns.values()) other.isOpen = false;
  turn.isOpen = true;
  turns.set(number, turn);
  if (turns.size > MOST) {
    const [oldest] = turns.keys();
    turns.get(oldest).item.remove();
    turns.delete(oldest);
  }
  byId("turns").prepend(item);
  byId("turns-none").hidden = true;
  drawAll();
  return turn;
}

function drawAll() {
  for (const turn of turns.values()) draw(turn);
}

const at = (turn, name) => turn.moments.find(({ moment }) => moment === name)?.ms;

/** Time until the first sound; while it is on its way, the time so far. */
function sinceSpeech(turn) {
  const spoken = at(turn, "speech_end");
  const sound = at(turn, "first_audio_sent");
  if (spoken === undefined) return null;
  if (sound !== undefined) return sound - spoken;
  return turn.isComplete ? null : performance.now() - turn.zero - spoken;
}

function draw(turn) {
  const isUnderWay = !turn.isComplete && at(turn, "first_audio_sent") === undefined;
  const since = sinceSpeech(turn);
  write(turn.first, since === null ? (turn.isComplete ? "no answer" : "listening") : time(since));
  set(turn.first, { class: `first${isUnderWay || since === null ? " waiting" : ""}${since > LIMIT ? " late" : ""}` });
  drawBars(turn, isUnderWay);
  if (!isUnderWay || turn.isMoving || prefersStill.matches) return;
  turn.isMoving = true;
  requestAnimationFrame(() => {
    turn.isMoving = false;
    draw(turn);
  });
}

function drawBars(turn, isUnderWay) {
  const width = turn.svg.clientWidth;
  if (!width || !turn.moments.length) return;
  const bars = barsOf(turn, isUnderWay);
  const zero = at(turn, "speech_end") ?? bars.at(-1).until;
  const from = Math.max(bars[0].from, zero - BEFORE);
  const until = Math.max(zero + AFTER, bars.at(-1).until);
  const [left, right] = turn.isOpen ? [NAMES, width - NUMBERS] : [0, width];
  const x = (ms) => left + ((Math.max(ms, from) - from) / (until - from)) * (right - left);
  const height = turn.isOpen ? bars.length * ROW : ROW;
  const marks = [["zero", zero], ["limit", zero + LIMIT]];
  const lines = marks.map(([kind, ms]) => drawn("line", { class: kind, x1: x(ms), x2: x(ms), y1: 0, y2: height }));
  const drawnBars = bars.flatMap((bar, row) => drawBar(bar, turn.isOpen ? row : null, x));
  set(turn.svg, { viewBox: `0 0 ${width} ${height}`, height, "aria-label": bars.map(({ name, ms }) => `${name} ${time(ms)}`).join(", ") });
  turn.svg.replaceChildren(...lines, ...drawnBars);
}

/** A bar from each moment to the next, and one that grows. */
function barsOf(turn, isUnderWay) {
  const bars = turn.moments.slice(1).map(({ moment, ms: until }, index) => {
    const [name, kind] = MOMENTS[moment];
    return { name, kind, from: turn.moments[index].ms, until, ms: until - turn.moments[index].ms };
  });
  const { ms: from } = turn.moments.at(-1);
  if (isUnderWay || !bars.length) {
    const until = isUnderWay ? Math.max(from, performance.now() - turn.zero) : from;
    bars.push({ name: isUnderWay ? "at work" : MOMENTS[turn.moments[0].moment][0], kind: "working", from, until, ms: until - from });
  }
  return bars;
}

/** One bar: in a row of its own with its name and its time, or in the only row. */
function drawBar({ name, kind, from, until, ms }, row, x) {
  const [left, right] = [x(from), x(until)];
  const y = (row ?? 0) * ROW;
  const rect = drawn("rect", { class: kind, x: left, width: Math.max(right - left, 2), y: y + 2, height: ROW - 4, rx: 1 });
  if (row === null) return [rect];
  const number = drawn("text", { class: "figure", x: right + 5, y: y + ROW - 4 }, time(ms));
  return [drawn("text", { x: 0, y: y + ROW - 4 }, name), rect, number];
}
