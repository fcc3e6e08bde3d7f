// Strips: the stages up to the first sound, and the clips as the caller hears them.

import { drawn, element, set, time } from "./dom.js";

/** The stages in order, with their names for people. */
export const STAGES = {
  request: "request",
  model: "model",
  sentence: "sentence",
  queue: "queue",
  speech: "synthesis",
  store: "upload",
  reply: "reply",
};

const WIDTH = 1000;
const HEIGHT = 16;

export function legend(list) {
  const entry = (kind, name) => element("li", {}, element("span", { class: `key ${kind}` }), name);
  for (const [stage, name] of Object.entries(STAGES)) list.append(entry(stage, name));
  list.append(entry("working", "at work"), entry("clip", "clip"), entry("gap", "gap"));
}

function strip(label) {
  return drawn("svg", {
    class: "strip", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": label,
  });
}

/** A bar of the strip; created once and moved later. */
function bar(svg, index, kind, from, until) {
  const width = Math.max(until - from, 0);
  const attributes = { class: kind, x: from.toFixed(1), width: width.toFixed(1), y: 1, height: HEIGHT - 2 };
  if (!svg.children[index]) svg.append(drawn("rect"));
  set(svg.children[index], attributes);
}

function cut(svg, count) {
  while (svg.children.length > count) svg.lastChild.remove();
}

/** The stages up to the first sound. `show(view, scaleMs, ageMs)` draws them; `ageMs` is null when nothing is under way. */
export function stageStrip() {
  const svg = strip("Stages up to the first sound");
  return {
    svg,
    show(view, scaleMs, ageMs) {
      const at = (ms) => (Math.min(ms, scaleMs) / scaleMs) * WIDTH;
      let end = 0;
      let count = 0;
      for (const [stage, ms] of view.stages) {
        bar(svg, count++, stage, at(end), Math.max(at(end + ms), at(end) + 2));
        end += ms;
      }
      if (view.first_audio_ms === null && ageMs !== null) bar(svg, count++, "working", at(end), at(Math.max(ageMs, end)));
      cut(svg, count);
      const said = view.stages.map(([stage, ms]) => `${STAGES[stage]} ${time(ms)}`);
      if (said.length) svg.setAttribute("aria-label", said.join(", "));
    },
  };
}

/** The clips by the playback clock, and the place that is heard now. `ageMs` is the stream's age. */
export function playStrip() {
  const svg = strip("Clips as the caller hears them");
  return {
    svg,
    show(view, ageMs) {
      const clips = view.clips;
      if (!clips.length) return cut(svg, 0);
      const begin = clips[0][0];
      const end = clips[clips.length - 1][1];
      const total = Math.max(end, view.end ? end : ageMs) - begin;
      const at = (ms) => (Math.min(Math.max(ms - begin, 0), total) / total) * WIDTH;
      let count = 0;
      let quiet = begin;
      for (const [from, until] of clips) {
        if (from > quiet + 1) bar(svg, count++, "gap", at(quiet), Math.max(at(from), at(quiet) + 2));
        bar(svg, count++, from < ageMs ? "clip heard" : "clip", at(from), Math.max(at(until) - 1, at(from)));
        quiet = until;
      }
      if (!view.end && ageMs > end) bar(svg, count++, "gap", at(end), at(ageMs));
      if (ageMs < end && view.cancelled_ms === null) bar(svg, count++, "head", at(ageMs) - 1.5, at(ageMs) + 1.5);
      cut(svg, count);
    },
  };
}

/** Whether the caller still hears a stream, by the playback clock. */
export function isHeard(view, ageMs) {
  const last = view.clips[view.clips.length - 1];
  return Boolean(last) && view.cancelled_ms === null && ["complete", "cut_short"].includes(view.end) && ageMs < last[1];
}
