// What is drawn: waveforms, the ruler, and the strip of the whole call.

const CHANNELS = [
  { name: "Caller hears", data: call.heard, colour: "--speech" },
  { name: "Caller says", data: call.said, colour: "--model" },
];
for (const channel of CHANNELS) channel.peaks = bytesOf(channel.data.peaks);

/** The loudest sample fills the height. */
const loudest = CHANNELS.reduce((most, { peaks }) => peaks.reduce((a, b) => Math.max(a, b), most), 24);
const silences = call.lanes.flatMap((lane) => lane.spans).filter((span) => span.kind === "silence");

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A canvas as large as its place, ready to draw on in CSS pixels. */
function ready(canvas) {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const dense = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * dense) || canvas.height !== Math.round(height * dense)) {
    canvas.width = Math.round(width * dense);
    canvas.height = Math.round(height * dense);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(dense, 0, 0, dense, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

/** Peaks from `fromMs` on, at this scale, about a middle line. */
function drawPeaks(pen, peaks, fromMs, perMs, width, middle, reach) {
  const step = call.peaks_per_second / 1000;
  pen.beginPath();
  for (let x = 0; x < width; x++) {
    const first = Math.floor((fromMs + x / perMs) * step);
    const last = Math.max(Math.floor((fromMs + (x + 1) / perMs) * step), first + 1);
    if (first >= peaks.length) break;
    let peak = 0;
    for (let index = first; index < last && index < peaks.length; index++) peak = Math.max(peak, peaks[index]);
    const size = Math.max((peak / loudest) * reach, 0.5);
    pen.rect(x, middle - size, 1, 2 * size);
  }
  pen.fill();
}

function drawSilences(pen, fromMs, perMs, width, height) {
  pen.fillStyle = colour("--bad");
  for (const { start_ms, end_ms } of silences) {
    const left = (start_ms - fromMs) * perMs;
    const right = (end_ms - fromMs) * perMs;
    if (right < 0 || left > width) continue;
    pen.globalAlpha = end_ms - start_ms < 400 ? 0.1 : 0.22;
    pen.fillRect(left, 0, Math.max(right - left, 1), height);
  }
  pen.globalAlpha = 1;
}

function drawWave(canvas, channel) {
  const { pen, width, height } = ready(canvas);
  const [from] = inView();
  if (channel === CHANNELS[0]) drawSilences(pen, from, scale.value, width, height);
  pen.fillStyle = colour(channel.colour);
  drawPeaks(pen, channel.peaks, from, scale.value, width, height / 2, height / 2 - 3);
}

/** Lines at round times, so far apart that their texts have room. */
function drawRuler(canvas) {
  const { pen, width, height } = ready(canvas);
  const [from] = inView();
  const steps = [100, 200, 500, 1000, 2000, 5000, 10000, 15000, 30000, 60000, 120000, 300000];
  const step = steps.find((ms) => ms * scale.value >= 68) ?? 600000;
  pen.font = "11px system-ui, sans-serif";
  pen.strokeStyle = colour("--line");
  pen.fillStyle = colour("--quiet");
  pen.beginPath();
  const small = step / 5;
  for (let ms = Math.floor(from / small) * small; ms <= call.duration_ms + 0.5; ms += small) {
    const x = Math.round((ms - from) * scale.value) + 0.5;
    if (x > width) break;
    const large = Math.abs(ms / step - Math.round(ms / step)) < 0.01;
    pen.moveTo(x, height - (large ? 8 : 4));
    pen.lineTo(x, height);
    if (large) pen.fillText(clock(ms, step < 1000 ? 1 : 0), x + 3, height - 8);
  }
  pen.stroke();
}

function drawOverview(canvas) {
  const { pen, width, height } = ready(canvas);
  const perMs = width / Math.max(call.duration_ms, 1);
  drawSilences(pen, 0, perMs, width, height);
  for (const [index, channel] of CHANNELS.entries()) {
    pen.fillStyle = colour(channel.colour);
    drawPeaks(pen, channel.peaks, 0, perMs, width, height * (index ? 0.8 : 0.36), height * (index ? 0.18 : 0.34));
  }
}

/** The rows of the waveforms. A channel that nothing is known of has none. */
const waves = CHANNELS.filter(({ data }) => data.samples).map((channel) => {
  const canvas = element("canvas", { role: "img", "aria-label": `Waveform: ${channel.name}` });
  const name = element("div", { class: "name" }, channel.name);
  byId("waves").append(element("div", { class: "lane wave" }, name, element("div", { class: "track" }, canvas)));
  return { canvas, channel };
});

function drawAll() {
  drawRuler(document.querySelector(".ruler canvas"));
  for (const { canvas, channel } of waves) drawWave(canvas, channel);
}
