// A stream of samples at another rate: a windowed sinc, cut off below the lower of both rates' halves.

/** Zeros of the sinc on each side of its middle. */
const ZEROS = 12;

/** Share of the lower rate's half that passes. */
const PASSED = 0.94;

function divisor(a, b) {
  return b === 0 ? a : divisor(b, a % b);
}

/** The filter's weights for each phase of the output between two samples of the input. */
function weights(phases, cut, half) {
  return Array.from({ length: phases }, (_, phase) => {
    const row = Float32Array.from({ length: 2 * half }, (_, index) => {
      const x = index - half + 1 - phase / phases;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * cut * x) / (Math.PI * cut * x);
      return sinc * Math.cos((Math.PI * x) / (2 * half)) ** 2;
    });
    const sum = row.reduce((total, weight) => total + weight, 0);
    return row.map((weight) => weight / sum);
  });
}

/** A function that takes the next samples at the rate `from` and returns those at the rate `to` that are certain by then. */
export function resampler(from, to) {
  if (from === to) return (samples) => samples;
  const common = divisor(from, to);
  const [phases, step] = [to / common, from / common];
  const cut = Math.min(1, to / from) * PASSED;
  const half = Math.ceil(ZEROS / cut);
  const table = weights(phases, cut, half);
  let kept = new Float32Array(2 * half - 1);
  let phase = 0;
  return (samples) => {
    const input = new Float32Array(kept.length + samples.length);
    input.set(kept);
    input.set(samples, kept.length);
    const output = new Float32Array(Math.ceil(((samples.length + 1) * to) / from) + 1);
    let made = 0;
    let at = 0;
    for (; at + 2 * half <= input.length; made += 1) {
      const row = table[phase];
      let sum = 0;
      for (let index = 0; index < row.length; index += 1) sum += row[index] * input[at + index];
      output[made] = sum;
      phase += step;
      at += Math.floor(phase / phases);
      phase %= phases;
    }
    kept = input.slice(at);
    return output.subarray(0, made);
  };
}
