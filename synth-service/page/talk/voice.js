// The microphone and the loudspeaker.

/** An error that the page shows as it is. */
export class Trouble extends Error {}

const ASKED = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };

const REFUSALS = {
  NotAllowedError: "The microphone is refused: allow it for this page in the browser's settings, then begin again.",
  NotFoundError: "There is no microphone: connect one, then begin again.",
  NotReadableError: "The microphone is in use by another program: close that one, then begin again.",
};

async function microphone() {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new Trouble("Browsers give the microphone to pages over HTTPS and at localhost only: open this page there.");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: ASKED });
  } catch (error) {
    throw new Trouble(REFUSALS[error.name] ?? `The microphone can't be opened (${error.name}): try another one.`);
  }
}

/**
 * Opens both. `on.frame(samples)` gets 20 ms of the caller at a time, `on.played(mark)` the marks that are reached,
 * `on.playing(bool)` begin and end of the agent's sound, `on.level(who, peak)` the levels, `on.lost(message)` the loss
 * of the microphone.
 */
export async function openVoice(on) {
  // Within the click, or the browser keeps it silent.
  const context = new AudioContext({ latencyHint: "interactive" });
  let stream = null;
  try {
    stream = await microphone();
    await Promise.all(["capture", "playback"].map((name) => context.audioWorklet.addModule(`/page/talk/${name}.js`)));
    await context.resume();
    return joined(context, stream, on);
  } catch (error) {
    close(context, stream);
    throw error;
  }
}

function close(context, stream) {
  stream?.getTracks().forEach((track) => track.stop());
  if (context.state !== "closed") context.close();
}

function joined(context, stream, on) {
  const source = context.createMediaStreamSource(stream);
  const capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
  const playback = new AudioWorkletNode(context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
  source.connect(capture);
  playback.connect(context.destination);
  capture.port.onmessage = ({ data }) => {
    on.level("you", data.peak);
    on.frame(data.samples);
  };
  playback.port.onmessage = ({ data: { played, isPlaying, peak } }) => {
    if (played !== undefined) on.played(played);
    if (isPlaying !== undefined) on.playing(isPlaying);
    if (peak !== undefined) on.level("agent", peak);
  };
  stream.getAudioTracks()[0].onended = () => on.lost("The microphone is gone: connect it, then begin again.");
  return {
    play: (samples, rate) => playback.port.postMessage({ samples, rate }, [samples.buffer]),
    mark: (mark) => playback.port.postMessage({ mark }),
    clear: () => playback.port.postMessage({ clear: true }),
    close: () => close(context, stream),
  };
}
