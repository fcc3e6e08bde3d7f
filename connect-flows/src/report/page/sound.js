// The sound: mu-law out of the page becomes a WAV file in memory, which any browser plays.

const linear = Int16Array.from({ length: 256 }, (_, byte) => {
  const bits = ~byte & 0xff;
  const size = (((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4);
  return bits & 0x80 ? 0x84 - size : size - 0x84;
});

/** Samples of the whole call, with these channels in them. */
function mixed(channels) {
  const samples = new Int16Array(Math.ceil((call.duration_ms * call.rate) / 1000));
  for (const channel of channels) {
    for (const [start, piece] of channel.pieces) {
      bytesOf(piece).forEach((byte, index) => {
        const place = start + index;
        if (place < samples.length) samples[place] = between(-32768, samples[place] + linear[byte], 32767);
      });
    }
  }
  return samples;
}

function wavOf(samples) {
  const view = new DataView(new ArrayBuffer(44));
  const words = (at, text) => [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  words(0, "RIFF");
  view.setUint32(4, 36 + samples.byteLength, true);
  words(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, call.rate, true);
  view.setUint32(28, call.rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  words(36, "data");
  view.setUint32(40, samples.byteLength, true);
  return new Blob([view, samples], { type: "audio/wav" });
}

/** The player. `moved(ms)` is called with each new place, `changed()` when it starts or stops. */
function makePlayer(moved, changed) {
  const audio = new Audio();
  audio.preload = "auto";
  let place = 0;
  let made = null;
  let channels = [call.heard, call.said];

  /** The sound is made when it is first needed. */
  function load() {
    if (made) return;
    made = URL.createObjectURL(wavOf(mixed(channels)));
    audio.src = made;
    audio.currentTime = place / 1000;
  }

  function follow() {
    if (audio.paused) return;
    place = audio.currentTime * 1000;
    moved(place);
    requestAnimationFrame(follow);
  }

  audio.addEventListener("play", () => {
    changed();
    requestAnimationFrame(follow);
  });
  audio.addEventListener("pause", changed);
  audio.addEventListener("ended", () => {
    place = call.duration_ms;
    moved(place);
  });

  return {
    audio,
    place: () => place,
    playing: () => !audio.paused,
    seek(ms) {
      place = between(0, ms, call.duration_ms);
      if (made) audio.currentTime = place / 1000;
      moved(place);
    },
    toggle() {
      if (!audio.paused) return audio.pause();
      if (place >= call.duration_ms - 1) this.seek(0);
      load();
      audio.play().catch(changed);
    },
    choose(chosen) {
      const plays = !audio.paused;
      channels = chosen;
      if (!made) return;
      URL.revokeObjectURL(made);
      made = null;
      load();
      if (plays) audio.play().catch(changed);
    },
  };
}
