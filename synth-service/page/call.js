// One call: the stages up to its first sound, and lanes for the work on every clip above the sound itself.

import { byId, clock, drawn, element, prefersStill, seconds, set, time, write } from "./dom.js";
import { ask, askJson } from "./session.js";
import { outline, playlist } from "./sound.js";
import { STAGES } from "./waterfall.js";

/** Time between two looks at a call that goes on, in milliseconds. */
const LOOK_EVERY = 500;

const LABELS = 78;
const LANE = 26;
const SOUND = 72;
const NARROWEST = 520;
const ROW = 19;

/** Answers that another look would not change: a token that is not accepted, a call that is closed or unknown. */
const FINAL = [401, 403, 404];

let shown = null;
let clips = null;
let listening = 0;

export function start() {
  clips = playlist(byId("call-sound"));
  byId("call-listen").addEventListener("click", () => shown && listen(shown));
  addEventListener("resize", () => shown?.detail && draw(shown));
}

export function hide() {
  if (!shown) return;
  shown = null;
  listening += 1;
  clips.stop();
  byId("call-body").hidden = true;
  for (const id of ["call-title", "call-facts", "call-said", "call-error"]) write(byId(id), "");
  byId("call-lanes").replaceChildren();
  byId("call-clips").tBodies[0].replaceChildren();
}

/** Shows a call, and follows it while it goes on. */
export async function show(id) {
  if (shown?.id === id) return;
  hide();
  const call = { id, detail: null, peaks: [], peakEvery: 20, said: null, clockAhead: 0 };
  shown = call;
  byId("call-body").hidden = true;
  write(byId("call-title"), `Call ${id.slice(0, 8)}`);
  let isLost = false;
  while (shown === call) {
    try {
      await look(call);
      if (shown !== call) return;
      if (isLost) write(byId("call-error"), "");
      isLost = false;
      draw(call);
      if (call.detail.state !== "running" && age(call) > total(call)) return;
    } catch (error) {
      if (shown !== call) return;
      isLost = true;
      write(byId("call-error"), error.status ? error.message : "The service does not answer. Trying again.");
      if (FINAL.includes(error.status)) return;
    }
    await new Promise((done) => setTimeout(done, LOOK_EVERY));
  }
}

async function look(call) {
  const isOver = call.detail && call.detail.state !== "running" && call.peaks.length >= call.detail.parts;
  if (isOver) return;
  call.detail = await askJson(`/page/streams/${call.id}`);
  call.clockAhead = call.detail.now_ms - Date.now();
  if (call.said === null && call.detail.is_open && call.detail.kind === "talk") {
    call.said = (await askJson(`/page/streams/${call.id}/said`)).said;
  }
  while (call.peaks.length < call.detail.parts) {
    const shapes = await askJson(`/page/streams/${call.id}/shapes/${call.peaks.length}`);
    if (!shapes.clips.length) return;
    call.peakEvery = shapes.peak_every_ms;
    call.peaks.push(...shapes.clips);
  }
}

/** Every clip with its times, where they are recorded, and its peaks. */
function laidOut({ detail, peaks, peakEvery }) {
  const known = new Map(detail.clips.map(([part, from, until]) => [part, { from, until }]));
  let end = detail.clips[0]?.[1] ?? 0;
  return peaks.map((shape, part) => {
    // Behind a hole in the record of a long text the clock begins anew.
    const from = Math.max(known.get(part)?.from ?? end, end);
    const until = from + shape.length * peakEvery;
    const gap = part > 0 ? Math.max(from - end, 0) : 0;
    end = until;
    return { part, from, until, gap, shape };
  });
}

const at = (timeline, moment, n) => timeline?.moments.find((timed) => timed.moment === moment && timed.n === n)?.ms;

const began = ({ detail }) => detail.timeline?.began_at_ms ?? detail.created_at_ms;

/** The call's age by the service's clock. */
const age = (call) => Date.now() + call.clockAhead - began(call);

function total(call) {
  const moments = call.detail.timeline?.moments ?? [];
  const last = Math.max(0, ...moments.map((timed) => timed.ms));
  const cancelled = at(call.detail.timeline, "cancelled");
  const sound = laidOut(call).at(-1)?.until ?? 0;
  return Math.max(last, cancelled === undefined ? sound : Math.min(sound, cancelled), 1);
}

function draw(call) {
  const { detail } = call;
  const first = at(detail.timeline, "first_clip_handed_out") ?? at(detail.timeline, "part_stored", 0);
  byId("call-body").hidden = false;
  write(byId("call-first"), time(first));
  const facts = [clock(began(call)), detail.kind === "talk" ? "conversation" : "text", detail.voice, detail.state,
    detail.reason && detail.reason !== "none" && detail.reason !== detail.state ? detail.reason : null,
    `${detail.parts} of ${detail.sentences} clips`, detail.contact_id ? `contact ${detail.contact_id}` : null];
  write(byId("call-facts"), facts.filter(Boolean).join(" · "));
  byId("call-said").hidden = !call.said;
  write(byId("call-said"), call.said ? `The caller: ${call.said}` : "");
  byId("call-closed").hidden = detail.is_open;
  byId("call-open").hidden = !detail.is_open;
  drawStages(detail.timeline);
  drawLanes(call);
  drawClips(call);
}

/** The stages of the first clip, as the service computes them from the same moments. */
function stages(timeline) {
  if (!timeline) return [];
  const sentence = timeline.parts.find((part) => part.part === 0)?.sentence;
  const certain = at(timeline, "sentence_certain", sentence);
  const before = (moment) => {
    const ms = at(timeline, moment);
    return ms !== undefined && (certain === undefined || ms <= certain) ? ms : undefined;
  };
  const ends = [["request", before("llm_start")], ["model", before("llm_first_token")], ["sentence", certain],
    ["queue", at(timeline, "tts_start", sentence)], ["speech", at(timeline, "tts_complete", sentence)],
    ["store", at(timeline, "part_stored", 0)], ["reply", at(timeline, "first_clip_handed_out")]];
  let reached = 0;
  return ends.filter(([, end]) => end !== undefined).map(([stage, end]) => {
    const segment = { stage, from: reached, until: Math.max(end, reached) };
    reached = segment.until;
    return segment;
  });
}

function drawStages(timeline) {
  const svg = byId("call-stages");
  const segments = stages(timeline);
  const width = Math.max(svg.clientWidth || 0, 220);
  set(svg, { viewBox: `0 0 ${width} ${Math.max(segments.length, 1) * ROW}`, height: Math.max(segments.length, 1) * ROW });
  const room = width - LABELS - 56;
  const end = segments.at(-1)?.until || 1;
  svg.replaceChildren(...segments.flatMap(({ stage, from, until }, index) => {
    const [x, y] = [LABELS + (from / end) * room, index * ROW];
    const long = Math.max(((until - from) / end) * room, 2);
    return [
      drawn("text", { x: 0, y: y + 13 }, STAGES[stage]),
      drawn("rect", { class: stage, x, y: y + 3, width: long, height: ROW - 7, rx: 1.5 }),
      drawn("text", { class: "figure", x: x + long + 5, y: y + 13 }, time(until - from)),
    ];
  }));
}

function drawLanes(call) {
  const box = byId("call-lanes");
  const { timeline } = call.detail;
  const padding = parseFloat(getComputedStyle(box).paddingLeft);
  const width = Math.max(box.clientWidth - 2 * padding, NARROWEST);
  const end = call.detail.state === "running" ? Math.max(total(call), age(call)) : total(call);
  const x = (ms) => LABELS + (Math.min(Math.max(ms, 0), end) / end) * (width - LABELS - 6);
  const lanes = work(timeline);
  const height = lanes.length * LANE + SOUND + 22;
  const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": "Lanes of the call" });
  svg.append(...axis(x, end, height));
  lanes.forEach(({ name, bars }, index) => {
    const y = index * LANE;
    svg.append(drawn("text", { x: 0, y: y + 17 }, name));
    for (const [kind, from, until] of bars) {
      svg.append(drawn("rect", { class: kind, x: x(from), y: y + 5, width: Math.max(x(until) - x(from), 2), height: LANE - 10, rx: 1.5 }));
    }
  });
  const middle = lanes.length * LANE + SOUND / 2;
  svg.append(drawn("text", { x: 0, y: middle + 4 }, "sound"));
  for (const { from, until, gap, shape } of laidOut(call)) {
    if (gap > 1) svg.append(drawn("rect", { class: "gap", x: x(from - gap), y: middle - 6, width: Math.max(x(from) - x(from - gap), 2), height: 12 }));
    svg.append(drawn("rect", { class: "clip back", x: x(from), y: middle - SOUND / 2 + 6, width: Math.max(x(until) - x(from) - 1, 1), height: SOUND - 12, rx: 2 }));
    svg.append(outline(shape.map((peak) => peak / 100), x(from), x(until) - 1, middle, SOUND / 2 - 9));
  }
  const cancelled = at(timeline, "cancelled");
  if (cancelled !== undefined) svg.append(drawn("line", { class: "cancelled", x1: x(cancelled), x2: x(cancelled), y1: 0, y2: height - 18 }));
  const head = drawn("line", { class: "head", y1: 0, y2: height - 18 });
  svg.append(head);
  const keep = box.scrollLeft;
  box.replaceChildren(svg);
  box.scrollLeft = keep;
  move(call, head, x, end);
}

/** Moves the head while the drawing is shown. */
function move(call, head, x, end) {
  const now = age(call);
  const isOn = shown === call && head.isConnected && now < end + LOOK_EVERY;
  set(head, { x1: x(now), x2: x(now), visibility: now < end ? "visible" : "hidden" });
  if (isOn && !prefersStill.matches) requestAnimationFrame(() => move(call, head, x, end));
}

/** The lanes of work, each with bars. */
function work(timeline) {
  if (!timeline) return [];
  const lanes = [];
  const asked = at(timeline, "llm_start");
  if (asked !== undefined) {
    const token = at(timeline, "llm_first_token");
    const certain = timeline.moments.filter((timed) => timed.moment === "sentence_certain").map((timed) => timed.ms);
    const bars = [["model", asked, token ?? Math.max(asked, ...certain)]];
    if (token !== undefined && certain.length) bars.push(["sentence", token, Math.max(token, ...certain)]);
    lanes.push({ name: "model", bars });
  }
  const [queue, speech, store] = [[], [], []];
  for (const { part, sentence, queue_ms } of timeline.parts) {
    const [begun, made, stored] = [at(timeline, "tts_start", sentence), at(timeline, "tts_complete", sentence), at(timeline, "part_stored", part)];
    if (begun !== undefined) queue.push(["queue", begun - queue_ms, begun]);
    if (begun !== undefined && made !== undefined) speech.push(["speech", begun, made]);
    if (made !== undefined && stored !== undefined) store.push(["store", made, stored]);
  }
  lanes.push({ name: "queue", bars: queue }, { name: "synthesis", bars: speech }, { name: "upload", bars: store });
  return lanes;
}

function axis(x, end, height) {
  const step = [50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 60000, 120000, 600000].find((ms) => end / ms <= 9) ?? end;
  const marks = [];
  for (let ms = 0; ms <= end; ms += step) {
    marks.push(drawn("line", { class: "mark", x1: x(ms), x2: x(ms), y1: 0, y2: height - 18 }));
    marks.push(drawn("text", { class: "tick", x: x(ms), y: height - 4 }, step < 1000 ? `${ms} ms` : `${ms / 1000} s`));
  }
  return marks;
}

function drawClips(call) {
  const { timeline, words } = call.detail;
  const rows = laidOut(call).map(({ part, from, until, gap }) => {
    const timed = timeline?.parts.find((known) => known.part === part);
    const [begun, made] = [at(timeline, "tts_start", timed?.sentence), at(timeline, "tts_complete", timed?.sentence)];
    const stored = at(timeline, "part_stored", part);
    const upload = made === undefined || stored === undefined ? null : stored - made;
    const cells = [String(part), time(begun === undefined ? null : timed.queue_ms), time(made === undefined ? null : made - begun), time(upload),
      seconds(until - from), gap > 1 ? time(gap) : "none"];
    return element("tr", {}, ...cells.map((cell) => element("td", { class: "number" }, cell)),
      element("td", {}, words[timed?.sentence ?? part] ?? "–"));
  });
  byId("call-clips").tBodies[0].replaceChildren(...rows);
}

async function listen(call) {
  const mine = ++listening;
  clips.stop();
  try {
    for (let part = 0; part < call.detail.parts; part += 1) {
      const clip = await (await ask(`/page/streams/${call.id}/clips/${part}`)).blob();
      if (mine !== listening) return;
      clips.add(clip);
    }
  } catch (error) {
    if (mine === listening) write(byId("call-error"), error.message);
  }
}
