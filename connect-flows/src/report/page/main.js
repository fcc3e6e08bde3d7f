// Brings the parts together: player, cursor, pointer and keys.

const cursor = byId("cursor");
const overview = byId("overview");

function placed(ms) {
  shown.place = ms;
  cursor.style.setProperty("--at", ms);
  byId("now").textContent = clock(ms);
  byId("place").style.left = `${(100 * ms) / Math.max(call.duration_ms, 1)}%`;
  overview.setAttribute("aria-valuenow", Math.round(ms / 1000));
  overview.setAttribute("aria-valuetext", clock(ms));
  if (player.playing()) {
    const [from, until] = inView();
    if (ms < from || ms > until - 0.05 * (until - from)) scroller.scrollLeft = ms * scale.value - room() * 0.15;
    markAction(spansAt(ms).find(({ kind }) => kind === "action")?.action);
  }
  if (!shown.chosen) drawPanel();
}

const player = makePlayer(placed, () => {
  const plays = player.playing();
  byId("play").textContent = plays ? "Pause" : "Play";
  if (plays) forget();
});

/** Goes to a time, and brings the call into view. */
function goTo(ms) {
  forget();
  player.seek(ms);
  show(ms - 500, ms + 1500);
  const box = byId("call").getBoundingClientRect();
  if (box.top < 0 || box.top > innerHeight * 0.6) byId("call").scrollIntoView({ block: "start" });
}

const drawLanes = once(() => {
  placeSpans();
  drawAll();
  const [from, until] = inView();
  const strip = byId("window").style;
  strip.left = `${(100 * from) / Math.max(call.duration_ms, 1)}%`;
  strip.width = `${(100 * (until - from)) / Math.max(call.duration_ms, 1)}%`;
});
const redraw = () => {
  drawLanes();
  drawOverview(overview.querySelector("canvas"));
};

/** A press seeks; a mouse that is dragged goes on to seek, a finger scrolls. */
function seekByPointer(area, at, drags) {
  let held = false;
  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest(".name")) return;
    held = drags(event);
    if (held && !event.target.closest(".span")) area.setPointerCapture(event.pointerId);
    if (held) player.seek(at(event.clientX));
  });
  area.addEventListener("pointermove", (event) => held && event.buttons & 1 && player.seek(at(event.clientX)));
  for (const end of ["pointerup", "pointercancel"]) area.addEventListener(end, () => (held = false));
  area.addEventListener("click", (event) => {
    const keyboard = event.detail === 0;
    if (!keyboard && !drags(event) && !event.target.closest(".name")) player.seek(at(event.clientX));
  });
}

function overviewAt(clientX) {
  const box = overview.getBoundingClientRect();
  return between(0, (clientX - box.left) / box.width, 1) * call.duration_ms;
}

function startPointer() {
  seekByPointer(sheet, msAt, (event) => event.pointerType === "mouse");
  const lead = (clientX) => {
    const ms = overviewAt(clientX);
    show(ms - 300, ms + 300);
    return ms;
  };
  seekByPointer(overview, lead, () => true);
}

const nextGap = () => [...silences].find(({ start_ms, end_ms }) => end_ms - start_ms >= 200 && start_ms > shown.place + 1);

const KEYS = {
  " ": () => player.toggle(),
  "+": () => zoom(scale.value * 1.5, shown.place),
  "=": () => zoom(scale.value * 1.5, shown.place),
  "-": () => zoom(scale.value / 1.5, shown.place),
  0: () => zoom(0),
  g: () => {
    const gap = nextGap();
    if (gap) goTo(gap.start_ms);
    if (gap) chooseSpan(gap);
  },
  Escape: forget,
};

function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const other = event.target.closest?.("button:not(.span), summary, input");
    if (event.key === " " && other) return;
    const act = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  const steps = { ArrowLeft: -1000, ArrowRight: 1000, ArrowDown: -1000, ArrowUp: 1000, PageDown: -10000, PageUp: 10000, Home: -Infinity, End: Infinity };
  overview.addEventListener("keydown", (event) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    player.seek(shown.place + steps[event.key]);
    show(shown.place);
  });
}

/** With one channel there is nothing to choose. */
function startChannels() {
  const known = CHANNELS.filter(({ data }) => data.samples);
  if (known.length < 2) return;
  const chosen = new Set(known);
  for (const channel of known) {
    const button = element("button", { type: "button", "aria-pressed": "true" }, element("span", { class: `swatch ${channel === CHANNELS[0] ? "part" : "speech"}` }), channel.name);
    button.addEventListener("click", () => {
      if (!chosen.delete(channel)) chosen.add(channel);
      button.setAttribute("aria-pressed", chosen.has(channel));
      player.choose([...chosen].map(({ data }) => data));
    });
    byId("channels").append(button);
  }
}

startFacts();
startLanes(player);
startPanel();
startScale();
scale.changed = drawLanes;
startPointer();
startKeys();
startChannels();
startPicture();
overview.setAttribute("aria-valuemax", Math.round(call.duration_ms / 1000));
byId("play").addEventListener("click", () => player.toggle());
byId("in").addEventListener("click", () => zoom(scale.value * 1.5, shown.place));
byId("out").addEventListener("click", () => zoom(scale.value / 1.5, shown.place));
byId("fit").addEventListener("click", () => zoom(0));
new ResizeObserver(redraw).observe(overview);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
placed(0);
redraw();
