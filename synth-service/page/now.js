// The view of now: figures, running streams with moving waterfalls, the last hundred, the voices.

import { byId, clock, element, prefersStill, quantile, seconds, set, time, write, drawn } from "./dom.js";
import { isHeard, legend, playStrip, stageStrip } from "./waterfall.js";

const MOST_ENDED = 100;

/** Rows of streams that run or are still heard. The service names 40 running ones at most. */
const MOST_LIVE = 60;

/** Silence that a caller notices, in milliseconds. */
const GAP = 50;

/** Time between two drawings of what moves. */
const FRAME = 50;
const STILL_FRAME = 1000;

const live = new Map();
let ended = [];
let more = 0;
/** The service's clock less this one's, so that ages need no agreement between both. */
let clockAhead = 0;
let scale = 500;
let drawnAt = 0;
let isNew = false;

export function start() {
  legend(byId("legend"));
  requestAnimationFrame(frame);
}

/** A new feed begins with the last hundred. Until then the old ones stay. */
export function connected() {
  isNew = true;
}

/** Removes all streams. */
export function hide() {
  isNew = false;
  ended = [];
  for (const row of live.values()) row.item.remove();
  live.clear();
  byId("ended").tBodies[0].replaceChildren();
}

export function showHost(host) {
  const notReady = byId("not-ready");
  notReady.hidden = !host.not_ready;
  write(notReady, host.not_ready ? `Not ready: ${host.not_ready}` : "");
  write(byId("running"), String(host.streams));
  const talks = host.talks === 1 ? "1 conversation" : `${host.talks} conversations`;
  const listeners = host.narrations === 1 ? "1 listener" : `${host.narrations} listeners`;
  write(byId("running-more"), `streams: ${talks}; besides them ${listeners}`);
  write(byId("promised"), `${Math.round(host.promised * 100)} %`);
  byId("promised-meter").value = Math.min(host.promised, 1);
  const refusals = host.refusals.reduce((sum, [, count]) => sum + count, 0);
  write(byId("refusals"), String(refusals));
  const most = [...host.refusals].sort((one, other) => other[1] - one[1]).slice(0, 2);
  const codes = most.map(([code, count]) => `${code} ${count}`).join(", ");
  write(byId("refusals-more"), codes || "since the start");
  write(byId("build"), `Firstword ${host.version} (${host.build})`);
  showVoices(host);
}

function showVoices(host) {
  const rows = host.voices.map((voice) => {
    const name = voice.name === host.default_voice ? `${voice.name} (default)` : voice.name;
    const cells = [name, voice.language, voice.device, voice.waiting, Math.max(voice.speakers.length, 1), voice.version];
    return element("tr", {}, ...cells.map((cell, index) => {
      const number = index === 3 || index === 4;
      return element("td", { class: number ? "number" : null, title: index === 5 ? cell : null }, short(String(cell), 16));
    }));
  });
  byId("voices").tBodies[0].replaceChildren(...rows);
}

export function showStreams({ now_ms, more: left, running, ended: new_ }) {
  if (isNew) hide();
  clockAhead = now_ms - Date.now();
  more = left;
  const seen = new Set();
  for (const view of running) {
    seen.add(view.stream_id);
    row(view).view = view;
  }
  for (const view of new_) {
    if (live.has(view.stream_id) || isHeard(view, age(view))) {
      row(view).view = view;
      seen.add(view.stream_id);
    }
  }
  trim();
  // One that is over is still heard for a while; the others that are gone are on another page of the overview.
  for (const [id, { view, item }] of live) {
    if (!seen.has(id) && !view.end) {
      item.remove();
      live.delete(id);
    }
  }
  if (new_.length) addEnded(new_);
  figures();
  draw();
}

/** Removes the rows of streams that are only heard still, the oldest first, when there are too many. */
function trim() {
  for (const [id, { view, item }] of live) {
    if (live.size <= MOST_LIVE) return;
    if (view.end) {
      item.remove();
      live.delete(id);
    }
  }
}

const age = (view) => Date.now() + clockAhead - view.began_at_ms;

const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function row(view) {
  const known = live.get(view.stream_id);
  if (known) return known;
  const first = element("span", { class: "first" });
  const about = element("span", { class: "about" });
  const [stages, clips] = [stageStrip(), playStrip()];
  const link = element("a", { href: `#call=${view.stream_id}` }, first, about);
  const item = element("li", { "data-stream": view.stream_id }, link,
    element("div", { class: "strips" }, stages.svg, clips.svg));
  byId("live").prepend(item);
  const made = { view, item, first, about, stages, clips };
  live.set(view.stream_id, made);
  return made;
}

function addEnded(views) {
  ended = [...views].reverse().concat(ended).slice(0, MOST_ENDED);
  const times = firstAudio();
  if (times.length) scale = Math.max(200, quantile(times, 0.95) * 1.15);
  const body = byId("ended").tBodies[0];
  const rows = views.slice(-MOST_ENDED).reverse().map(endedRow);
  body.prepend(...rows);
  while (body.rows.length > MOST_ENDED) body.lastElementChild.remove();
}

function endedRow(view) {
  const strip = stageStrip();
  strip.show(view, scale, null);
  const cell = (content, kind) => element("td", { class: kind ?? null }, content);
  const link = element("a", { href: `#call=${view.stream_id}` }, clock(view.began_at_ms));
  const gaps = view.starved_ms > GAP ? seconds(view.starved_ms) : "none";
  const end = element("td", { class: `end ${view.end}`, title: view.reason }, ending(view));
  return element("tr", { "data-stream": view.stream_id }, cell(link), cell(element("b", {}, time(view.first_audio_ms)), "number"),
    cell(strip.svg, "strip-column"), cell(gaps, view.starved_ms > GAP ? "number bad" : "number"),
    cell(String(view.parts), "number"), end, cell(`${view.voice}${view.kind === "talk" ? ", talk" : ""}`),
    cell(short(view.contact_id ?? "–", 18), "contact"));
}

function ending(view) {
  const skipped = view.skipped ? `, ${view.skipped} skipped` : "";
  return view.end.replace("_", " ") + skipped;
}

const firstAudio = () =>
  ended.map((view) => view.first_audio_ms).filter((ms) => ms !== null).sort((one, other) => one - other);

function figures() {
  byId("ended-none").hidden = ended.length > 0;
  byId("ended").hidden = ended.length === 0;
  const times = firstAudio();
  if (times.length) {
    write(byId("first-audio"), time(quantile(times, 0.5)));
    write(byId("first-audio-more"), `median of the last ${times.length}; p95 ${time(quantile(times, 0.95))}, longest ${time(times[times.length - 1])}`);
    each();
  }
  if (ended.length) {
    const starved = ended.filter((view) => view.starved_ms > GAP);
    write(byId("gaps"), `${Math.round((starved.length / ended.length) * 100)} %`);
    const longest = Math.max(0, ...starved.map((view) => view.starved_ms));
    write(byId("gaps-more"), starved.length ? `of the last ${ended.length}; longest ${seconds(longest)}` : `of the last ${ended.length} had one`);
  }
}

/** One bar for each of the last hundred, the latest at the right. */
function each() {
  const most = Math.max(scale, 1);
  const bars = ended.filter((view) => view.first_audio_ms !== null).map((view, index) => {
    const height = Math.max(1, Math.min(view.first_audio_ms / most, 1) * 24);
    return drawn("rect", { x: 99 - index, y: 24 - height, width: 0.7, height });
  });
  byId("first-audio-each").replaceChildren(...bars);
}

function frame() {
  const pause = prefersStill.matches ? STILL_FRAME : FRAME;
  const now = performance.now();
  if (now - drawnAt >= pause && !byId("view-now").hidden && live.size) {
    drawnAt = now;
    draw();
  }
  requestAnimationFrame(frame);
}

function draw() {
  for (const [id, { view, item, first, about, stages, clips }] of live) {
    const old = age(view);
    if (view.end && !isHeard(view, old)) {
      item.remove();
      live.delete(id);
      continue;
    }
    write(first, view.first_audio_ms === null ? time(Math.max(old, 0)) : time(view.first_audio_ms));
    set(first, { class: view.first_audio_ms === null ? "first waiting" : "first" });
    const state = view.end ? "made, still heard" : view.kind === "talk" ? "conversation" : "speaking";
    write(about, `${state} · ${view.voice} · ${view.parts} of ${view.sentences} clips · ${short(view.contact_id ?? "no contact", 18)}`);
    stages.show(view, scale, view.end ? null : old);
    clips.show(view, old);
  }
  const none = byId("live-none");
  none.hidden = live.size > 0 && more === 0;
  write(none, more ? `and ${more} more` : "Nothing runs at the moment.");
}
