// In the audio thread: the microphone as frames of 20 ms at 16 kHz, signed 16 bit.

import { resampler } from "./resample.js";

const RATE = 16000;
const FRAME = RATE / 50;

class Capture extends AudioWorkletProcessor {
  #resample = resampler(sampleRate, RATE);
  #frame = new Int16Array(FRAME);
  #filled = 0;
  #peak = 0;

  process([[channel]]) {
    if (channel) for (const sample of this.#resample(channel)) this.#take(sample);
    return true;
  }

  #take(sample) {
    const bounded = Math.max(-1, Math.min(1, sample));
    this.#peak = Math.max(this.#peak, Math.abs(bounded));
    this.#frame[this.#filled++] = Math.round(bounded * 32767);
    if (this.#filled < FRAME) return;
    this.port.postMessage({ samples: this.#frame, peak: this.#peak }, [this.#frame.buffer]);
    this.#frame = new Int16Array(FRAME);
    this.#filled = 0;
    this.#peak = 0;
  }
}

registerProcessor("capture", Capture);
