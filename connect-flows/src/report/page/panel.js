// The panel below the lanes: the span under the pointer, else the one that was chosen, else all at the player's place.

const shown = { hovered: null, chosen: null, place: 0 };

function heading(span) {
  return element("p", { class: "panel-title" },
    element("span", { class: `swatch ${span.kind}` }),
    element("strong", {}, span.label || KINDS[span.kind]),
    element("span", { class: "quiet" }, span.label === KINDS[span.kind] ? "" : KINDS[span.kind]),
    span.failed ? element("span", { class: "badge" }, "failed") : "");
}

function facts(span) {
  const list = element("dl");
  const add = (name, value) => list.append(element("div", {}, element("dt", {}, name), element("dd", {}, value)));
  if (span.end_ms > span.start_ms) {
    add("From", `${clock(span.start_ms, 2)} to ${clock(span.end_ms, 2)}`);
    add("Took", length(span.end_ms - span.start_ms));
  } else add("At", clock(span.start_ms, 2));
  for (const [name, value] of span.facts) add(name, value || "–");
  return list;
}

/** All spans at the player's place, a line for each. */
function moment(ms) {
  const spans = spansAt(ms);
  const lines = spans.map((span) => element("li", {},
    element("span", { class: `swatch ${span.kind}` }),
    element("span", {}, span.label || KINDS[span.kind]),
    element("span", { class: "quiet" }, `${KINDS[span.kind]}, ${length(ms - span.start_ms)} of ${length(span.end_ms - span.start_ms)}`)));
  const nothing = element("li", { class: "quiet" }, ms >= call.duration_ms ? `The end: ${call.end}` : "Nothing was recorded here.");
  return [element("p", { class: "panel-title" }, element("strong", {}, `At ${clock(ms)}`)), element("ul", {}, ...(lines.length ? lines : [nothing]))];
}

const drawPanel = once(() => {
  const span = shown.hovered ?? shown.chosen;
  byId("panel").replaceChildren(...(span ? [heading(span), facts(span)] : moment(shown.place)));
});

function startPanel() {
  picked.hovered = (span) => {
    if (shown.hovered === span) return;
    shown.hovered = span;
    drawPanel();
  };
  picked.chosen = (span) => {
    shown.chosen = span;
    drawPanel();
    markAction(span.action);
  };
  drawPanel();
}

/** The panel goes back to the player's place. */
function forget() {
  shown.chosen = null;
  current?.classList.remove("chosen");
  drawPanel();
}

