// In the audio thread: plays the agent's frames without a gap, says which marks have been reached, and falls silent at
// once when it is told to.
//
// What waits is bounded by the service, which sends at most 300 ms ahead.

import { resampler } from "./resample.js";

/** What must wait before the first sample is played, in seconds: it bridges a line that is not even. Each time the line
 * was too slow for it, it grows by a step, up to the longest. */
const FIRST_WAIT = 0.04;
const WAIT_STEP = 0.02;
const LONGEST_WAIT = 0.12;

/** Time between two reports of the level, in seconds. */
const REPORT_EVERY = 0.05;

class Playback extends AudioWorkletProcessor {
  /** Blocks of samples, and marks between them. */
  #queue = [];
  #waiting = 0;
  #at = 0;
  #isPlaying = false;
  #wait = FIRST_WAIT;
  /** When the first sample that waits has come. */
  #since = 0;
  /** When the sound ended without a mark behind it. */
  #ranDryAt = null;
  #isAfterMark = false;
  #rate = null;
  #resample = null;
  #peak = 0;
  #reportAt = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this.#told(data);
  }

  #told({ samples, rate, mark, clear }) {
    if (clear) this.#clear();
    if (samples) this.#add(samples, rate);
    if (mark !== undefined) this.#queue.push({ mark });
  }

  #add(samples, rate) {
    if (rate !== this.#rate) {
      this.#rate = rate;
      this.#resample = resampler(rate, sampleRate);
    }
    const block = this.#resample(samples);
    // The resampler may give back the same memory next time.
    this.#queue.push({ block: block.slice() });
    if (!this.#isPlaying && this.#waiting === 0) this.#since = currentTime;
    this.#waiting += block.length;
    // The line was late if a sentence goes on after silence.
    if (this.#ranDryAt !== null) {
      this.#wait = Math.min(this.#wait + WAIT_STEP, LONGEST_WAIT);
    }
    this.#ranDryAt = null;
  }

  /** All marks that wait are reached by it. */
  #clear() {
    for (const { mark } of this.#queue) if (mark !== undefined) this.port.postMessage({ played: mark });
    this.#queue = [];
    this.#waiting = 0;
    this.#at = 0;
    this.#rate = null;
    this.#ranDryAt = null;
    this.#play(false);
  }

  #play(isPlaying) {
    if (this.#isPlaying === isPlaying) return;
    this.#isPlaying = isPlaying;
    this.port.postMessage({ isPlaying });
  }

  process(_inputs, [[left]]) {
    const isDue = this.#waiting >= this.#wait * sampleRate || currentTime - this.#since >= this.#wait;
    if (!this.#isPlaying && this.#waiting > 0 && isDue) this.#play(true);
    if (this.#isPlaying) this.#fill(left);
    else if (this.#waiting === 0) this.#passMarks();
    this.#report();
    return true;
  }

  #fill(output) {
    let filled = 0;
    this.#passMarks();
    while (filled < output.length && this.#queue.length) {
      const { block } = this.#queue[0];
      const taken = Math.min(block.length - this.#at, output.length - filled);
      for (let index = 0; index < taken; index += 1) {
        const sample = block[this.#at + index];
        output[filled + index] = sample;
        this.#peak = Math.max(this.#peak, Math.abs(sample));
      }
      filled += taken;
      this.#at += taken;
      this.#waiting -= taken;
      if (this.#at === block.length) {
        this.#queue.shift();
        this.#at = 0;
        this.#isAfterMark = false;
      }
      this.#passMarks();
    }
    if (filled === output.length) return;
    if (!this.#isAfterMark) this.#ranDryAt = currentTime;
    this.#play(false);
  }

  #passMarks() {
    while (this.#queue.length && this.#queue[0].mark !== undefined) {
      this.port.postMessage({ played: this.#queue.shift().mark });
      this.#isAfterMark = true;
      this.#ranDryAt = null;
    }
  }

  #report() {
    if (currentTime < this.#reportAt) return;
    this.#reportAt = currentTime + REPORT_EVERY;
    this.port.postMessage({ peak: this.#peak });
    this.#peak = 0;
  }
}

registerProcessor("playback", Playback);
