// The scale of the lanes: pixels for a millisecond, and the part of the call that is in view.

/** The largest scale: a second is 400 pixels wide. */
const LARGEST = 0.4;
/** So wide is a second at first, at least. */
const READABLE = 0.017;

const scale = {
  /** Pixels for a millisecond. */
  value: 1,
  /** Called when the scale, the place or the size has changed. */
  changed: () => {},
};

const scroller = byId("scroll");
const sheet = byId("sheet");

/** Width of the names at the left of the lanes. */
const names = () => sheet.querySelector(".ruler .name").offsetWidth;
const room = () => Math.max(scroller.clientWidth - names(), 50);
const whole = () => (room() - 12) / Math.max(call.duration_ms, 1);

/** First and last millisecond in view. */
function inView() {
  const from = scroller.scrollLeft / scale.value;
  return [from, Math.min(from + room() / scale.value, call.duration_ms)];
}

/** The place in the call below a place in the window. */
function msAt(clientX) {
  const left = scroller.getBoundingClientRect().left + names();
  return between(0, (scroller.scrollLeft + clientX - left) / scale.value, call.duration_ms);
}

/** Changes the scale; the place `ms` stays where it is. */
function zoom(value, ms) {
  const [from, until] = inView();
  const fixed = ms ?? (from + until) / 2;
  const offset = fixed * scale.value - scroller.scrollLeft;
  scale.value = between(whole(), value, Math.max(LARGEST, whole()));
  sheet.style.setProperty("--scale", scale.value);
  scroller.scrollLeft = fixed * scale.value - offset;
  scale.changed();
}

/** Scrolls so far that a time is in view. */
function show(startMs, endMs = startMs) {
  const [from, until] = inView();
  const left = startMs * scale.value;
  if (startMs >= from && endMs <= until) return;
  const wide = (endMs - startMs) * scale.value > room() * 0.8;
  scroller.scrollLeft = startMs < from || wide ? left - room() * 0.1 : endMs * scale.value - room() * 0.9;
}

/** The canvases stay as wide as the view, however wide the lanes are. */
function resized() {
  sheet.style.setProperty("--view", `${scroller.clientWidth}px`);
  zoom(scale.value);
}

function startScale() {
  sheet.style.setProperty("--length", call.duration_ms);
  zoom(Math.max(whole(), READABLE), 0);
  scroller.scrollLeft = 0;
  scroller.addEventListener("scroll", () => scale.changed(), { passive: true });
  new ResizeObserver(resized).observe(scroller);
  scroller.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(scale.value * Math.exp(-event.deltaY / 200), msAt(event.clientX));
    },
    { passive: false },
  );
}
