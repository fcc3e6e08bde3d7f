// The figures at the top, the table of dead air, the legend and the flow log.

const SLOW_FIRST_MS = 2000;
const SLOW_ANSWER_MS = 2500;
const LONG_GAP_MS = 1500;

function tile(name, figure, more, { lead = false, bad = false, seek = null } = {}) {
  const value = element("p", { class: `figure${bad ? " bad" : ""}` }, figure);
  const note = element("p", { class: "quiet" }, more);
  const inside = [element("h2", {}, name), value, note];
  if (seek === null) return element("div", { class: `tile${lead ? " lead" : ""}` }, ...inside);
  const tile = element("button", { type: "button", class: "tile", title: `Go to ${clock(seek)}` }, ...inside.slice(1));
  tile.prepend(element("span", { class: "tile-name" }, name));
  tile.addEventListener("click", () => goTo(seek));
  return tile;
}

function answersTile() {
  const { answers } = call.figures;
  if (!answers.length) return tile("Answers", "–", "no turn of the caller was answered");
  const worst = answers.reduce((a, b) => (b.ms > a.ms ? b : a));
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  const more = answers.length === 1 ? "to the only answer" : `median of ${answers.length}, slowest ${length(worst.ms)}`;
  return tile("Delay of answers", length(middle), more, { bad: worst.ms > SLOW_ANSWER_MS, seek: worst.at_ms });
}

/** A flow that plays no part of a stream has a first sound all the same. */
function firstTile() {
  const { first_audio_ms: first, first_sound_ms: sound } = call.figures;
  const lead = true;
  if (first !== null) return tile("Time to first audio", length(first), "from the first invocation", { lead, bad: first > SLOW_FIRST_MS });
  if (sound !== null) return tile("First sound", length(sound), "from the start of the call", { lead, bad: sound > SLOW_FIRST_MS });
  return tile("Time to first audio", "–", "nothing was heard", { lead });
}

function tiles() {
  const { dead_air_ms: dead, invocations } = call.figures;
  const [gap] = call.gaps;
  const gapTile = gap
    ? tile("Longest dead air", length(gap.ms), gap.cause || `at ${clock(gap.start_ms)}`, { bad: gap.ms > LONG_GAP_MS, seek: gap.start_ms })
    : tile("Longest dead air", "none", "no gap of 0.2 s or more");
  const share = call.duration_ms ? Math.round((100 * dead) / call.duration_ms) : 0;
  byId("tiles").append(
    firstTile(),
    gapTile,
    answersTile(),
    tile("Dead air in all", length(dead), `${share} % of the call`),
    tile("Call", length(call.duration_ms), `${invocations} ${invocations === 1 ? "invocation" : "invocations"}`),
  );
}

/** A row of a table: a click seeks, as does the button that the keyboard finds. */
function timeRow(atMs, ms, mostMs, text, chosen) {
  const go = element("button", { type: "button", class: "plain", "aria-label": `Go to ${clock(atMs)}` }, clock(atMs));
  const bar = element("i", { class: "bar-of-time" });
  bar.style.width = `${(100 * ms) / mostMs}%`;
  const row = element("tr", {},
    element("td", { class: "number" }, go), element("td", { class: "number" }, length(ms)),
    element("td", { class: "bar-column" }, bar), element("td", { class: "cause" }, text));
  row.addEventListener("click", () => {
    goTo(atMs);
    chosen();
  });
  return row;
}

function gapsTable() {
  byId("gaps").hidden = !call.gaps.length;
  byId("gaps-none").hidden = call.gaps.length > 0;
  const row = (gap) => timeRow(gap.start_ms, gap.ms, call.gaps[0].ms, gap.cause || "nothing recorded", () =>
    chooseSpan(silences.find(({ start_ms }) => start_ms === gap.start_ms)));
  byId("gaps").tBodies[0].append(...call.gaps.map(row));
}

function answersTable() {
  const answers = [...call.figures.answers].sort((a, b) => b.ms - a.ms).slice(0, 10);
  byId("answers-section").hidden = !answers.length;
  const row = (answer) => timeRow(answer.at_ms, answer.ms, answers[0].ms, answer.text, () => {});
  byId("answers").tBodies[0].append(...answers.map(row));
}

function legend() {
  const kinds = new Set(call.lanes.flatMap((lane) => lane.spans.map(({ kind }) => kind)));
  for (const [kind, name] of Object.entries(KINDS)) {
    if (kinds.has(kind)) byId("legend").append(element("li", {}, element("span", { class: `swatch ${kind}` }), name));
  }
}

/** The JSON of a line is laid out when the line is opened. */
function logLine(line) {
  const time = line.at_ms === null ? "" : clock(line.at_ms);
  const summary = element("summary", {},
    element("span", { class: "at" }, time), element("span", { class: "what" }, line.kind), element("span", { class: "quiet result" }, line.result));
  const details = element("details", {}, summary);
  details.addEventListener("toggle", () => {
    if (details.children.length > 1) return;
    details.append(element("pre", {}, JSON.stringify(JSON.parse(line.json), null, 2)));
    if (line.at_ms === null) return;
    const go = element("button", { type: "button" }, `Go to ${clock(line.at_ms)}`);
    go.addEventListener("click", () => goTo(line.at_ms));
    details.append(go);
  });
  return element("li", { class: /^Error/.test(line.result) ? "failed" : null }, details);
}

function startFacts() {
  document.getElementById("title").textContent = call.title;
  byId("end").textContent = call.end;
  byId("dot").classList.add(call.failure ? "bad" : "good");
  byId("failure").hidden = !call.failure;
  byId("failure").textContent = call.failure ?? "";
  byId("length").textContent = clock(call.duration_ms);
  tiles();
  gapsTable();
  answersTable();
  legend();
  byId("log").append(...call.log.map(logLine));
  byId("log-section").hidden = !call.log.length;
}
