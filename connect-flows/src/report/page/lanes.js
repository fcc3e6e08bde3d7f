// The lanes: each span is a button. One of them is in the tab order, arrow keys go to the others.

/** The kinds of spans, with their names for people. */
const KINDS = {
  part: "part of an answer",
  prompt: "other sound",
  speech: "caller speaks",
  listening: "flow listens",
  key: "key",
  interruption: "interruption",
  silence: "dead air",
  flow: "flow or module",
  action: "action",
  invocation: "function",
  synthesis: "part is made",
  upload: "part is stored",
};

/** The buttons of each lane, in the order of time. */
const rows = [];
let buttons = [];
let current = null;
const picked = { chosen: () => {}, hovered: () => {} };

function described(span) {
  const took = span.end_ms > span.start_ms ? `, ${length(span.end_ms - span.start_ms)}` : "";
  const label = span.label === KINDS[span.kind] ? "" : ` ${span.label}`;
  return `${KINDS[span.kind]}${label}, at ${clock(span.start_ms)}${took}${span.failed ? ", failed" : ""}`;
}

function spanButton(span) {
  const mark = span.end_ms - span.start_ms < 5;
  const long = span.kind === "silence" && span.end_ms - span.start_ms >= 400;
  const text = span.kind === "silence" ? length(span.end_ms - span.start_ms) : span.label;
  const button = element("button", {
    type: "button",
    tabindex: "-1",
    class: `span ${span.kind}${mark ? " mark" : ""}${span.failed ? " failed" : ""}${long ? " long" : ""}`,
    "aria-label": described(span),
  });
  button.append(element("span", { "aria-hidden": "true" }, mark && !["key", "interruption"].includes(span.kind) ? "" : text));
  button.style.setProperty("--row", span.row);
  button.span = span;
  button.mark = mark;
  // A length of time that is cut off would be another one.
  button.needs = span.kind === "silence" ? text.length * 6.5 + 14 : 26;
  button.hidden = true;
  return button;
}

/** Puts the spans near the view to their places. The others take no part in the layout: a long call has thousands. */
function placeSpans() {
  const [from, until] = inView();
  const margin = until - from;
  for (const button of buttons) {
    const { start_ms, end_ms } = button.span;
    const near = end_ms >= from - margin && start_ms <= until + margin;
    if (button.hidden === near) button.hidden = !near;
    if (!near || button.scaled === scale.value) continue;
    button.scaled = scale.value;
    const wide = Math.max((end_ms - start_ms) * scale.value, 3);
    button.style.left = `${start_ms * scale.value}px`;
    if (!button.mark) button.style.width = `${wide}px`;
    button.classList.toggle("narrow", !button.mark && wide < button.needs);
  }
}

function buildLane(lane) {
  const track = element("div", { class: "track" });
  const own = lane.spans.map(spanButton);
  track.append(...own);
  track.style.setProperty("--rows", 1 + lane.spans.reduce((most, { row }) => Math.max(most, row), 0));
  rows.push(own);
  byId("lanes").append(element("div", { class: "lane" }, element("div", { class: "name" }, lane.name), track));
}

/** Puts a span into the tab order, and marks it. The pointer's span is in view already, and must not move. */
function choose(button, { focus = false, scroll = true } = {}) {
  if (current) {
    current.tabIndex = -1;
    current.classList.remove("chosen");
  }
  current = button;
  button.tabIndex = 0;
  button.classList.add("chosen");
  if (scroll) show(button.span.start_ms, button.span.end_ms);
  placeSpans();
  if (focus) button.focus({ preventScroll: true });
  picked.chosen(button.span);
}

/** The span of a lane that begins nearest to a time. */
function nearest(row, ms) {
  const distance = ({ span }) => (span.start_ms <= ms && ms < span.end_ms ? 0 : Math.min(Math.abs(span.start_ms - ms), Math.abs(span.end_ms - ms)));
  return row.reduce((best, button) => (distance(button) < distance(best) ? button : best));
}

/** The span to which an arrow key leads. */
function neighbour(button, key) {
  const lane = rows.findIndex((row) => row.includes(button));
  const place = rows[lane].indexOf(button);
  const last = rows[lane].length - 1;
  switch (key) {
    case "ArrowLeft": return rows[lane][Math.max(place - 1, 0)];
    case "ArrowRight": return rows[lane][Math.min(place + 1, last)];
    case "Home": return rows[lane][0];
    case "End": return rows[lane][last];
    case "ArrowUp": return lane > 0 ? nearest(rows[lane - 1], button.span.start_ms) : button;
    case "ArrowDown": return lane + 1 < rows.length ? nearest(rows[lane + 1], button.span.start_ms) : button;
    default: return null;
  }
}

function startLanes(player) {
  for (const lane of call.lanes) if (lane.spans.length) buildLane(lane);
  buttons = rows.flat();
  if (!rows.length) return;
  current = rows[0][0];
  current.tabIndex = 0;
  const lanes = byId("lanes");
  const button = (event) => event.target.closest?.(".span");
  lanes.addEventListener("keydown", (event) => {
    const from = button(event);
    if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = neighbour(from, event.key);
    if (to) choose(to, { focus: true });
    else if (event.key === "Enter") player.seek(from.span.start_ms);
    else return;
    event.preventDefault();
  });
  lanes.addEventListener("focusin", (event) => {
    const focused = button(event);
    if (focused && focused !== current) choose(focused, { scroll: false });
    else if (focused) picked.chosen(focused.span);
  });
  // Not every browser gives a button the focus when it is clicked.
  lanes.addEventListener("click", (event) => button(event) && choose(button(event), { scroll: false }));
  lanes.addEventListener("pointerover", (event) => picked.hovered(button(event)?.span ?? null));
  lanes.addEventListener("pointerleave", () => picked.hovered(null));
}

/** The spans at a time, from the top lane down. */
function spansAt(ms) {
  const here = ({ start_ms, end_ms }) => start_ms <= ms && ms < end_ms;
  return call.lanes.flatMap((lane) => lane.spans.filter(here));
}

/** Selects a span, wherever it is. */
function chooseSpan(span) {
  const button = buttons.find((one) => one.span === span);
  if (button) choose(button);
}
