// Frames as they travel: packets of Opus where the browser has WebCodecs, else samples.

/** The caller's voice. */
const UP = { codec: "opus", sampleRate: 16000, numberOfChannels: 1, bitrate: 24000,
  opus: { application: "voip", frameDuration: 20000 } };

/** The agent's voice. A decoder may give samples at another rate; it says so. */
const DOWN = { codec: "opus", sampleRate: 24000, numberOfChannels: 1 };

const FRAME_US = 20000;

/** `opus` or `pcm`. */
export async function bestCodec() {
  try {
    const both = await Promise.all([AudioEncoder.isConfigSupported(UP), AudioDecoder.isConfigSupported(DOWN)]);
    return both.every(({ supported }) => supported) ? "opus" : "pcm";
  } catch {
    return "pcm";
  }
}

/** Takes 320 samples of 16 bit at a time, and calls `onPayload` with the bytes of each frame. */
export function encoder(codec, onPayload, onError) {
  if (codec === "pcm") return { take: ({ buffer }) => onPayload(new Uint8Array(buffer)), close() {} };
  let timestamp = 0;
  const opus = new AudioEncoder({ output: (chunk) => onPayload(bytes(chunk)), error: onError });
  opus.configure(UP);
  return {
    take(samples) {
      // The audio thread's last frames come after a hang-up.
      if (opus.state === "closed") return;
      const [numberOfFrames, sampleRate] = [samples.length, UP.sampleRate];
      const sound = new AudioData({ format: "s16", sampleRate, numberOfFrames, numberOfChannels: 1, timestamp, data: samples });
      timestamp += FRAME_US;
      opus.encode(sound);
      sound.close();
    },
    close: () => opus.state !== "closed" && opus.close(),
  };
}

function bytes(chunk) {
  const packet = new Uint8Array(chunk.byteLength);
  chunk.copyTo(packet);
  return packet;
}

/**
 * Takes the payloads of frames and marks in order, and calls `onSamples(samples, rate)` and `onMark(mark)` in the same
 * order. `clear` drops what is on its way; its marks come at once.
 */
export function decoder(codec, onSamples, onMark, onError) {
  return codec === "pcm" ? samplesDecoder(onSamples, onMark) : opusDecoder(onSamples, onMark, onError);
}

function samplesDecoder(onSamples, onMark) {
  return {
    frame(payload) {
      const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
      const samples = new Float32Array(payload.byteLength >> 1);
      for (let index = 0; index < samples.length; index += 1) samples[index] = view.getInt16(2 * index, true) / 32768;
      onSamples(samples, DOWN.sampleRate);
    },
    mark: onMark,
    clear() {},
    close() {},
  };
}

function opusDecoder(onSamples, onMark, onError) {
  let given = 0;
  let made = 0;
  let marks = [];
  const passMarks = () => {
    while (marks.length && marks[0].after <= made) onMark(marks.shift().mark);
  };
  const output = (sound) => {
    const samples = new Float32Array(sound.numberOfFrames);
    sound.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    onSamples(samples, sound.sampleRate);
    sound.close();
    made += 1;
    passMarks();
  };
  const opus = new AudioDecoder({ output, error: onError });
  opus.configure(DOWN);
  return {
    frame(data) {
      opus.decode(new EncodedAudioChunk({ type: "key", timestamp: given * FRAME_US, duration: FRAME_US, data }));
      given += 1;
    },
    mark(mark) {
      marks.push({ mark, after: given });
      passMarks();
    },
    clear() {
      opus.reset();
      opus.configure(DOWN);
      made = given;
      passMarks();
    },
    close: () => opus.state !== "closed" && opus.close(),
  };
}
