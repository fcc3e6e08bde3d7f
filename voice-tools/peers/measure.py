"""Speaks with one of the peers and says how long it took.

measure.py FAMILY FOLDER SPEAKER: reads one JSON string per line, answers each with one JSON object:
{"first": seconds to the first chunk, "total": seconds, "audio": seconds of audio, "lead": seconds of silence at
its beginning}. FOLDER is that of the voice, so that both sides load the same files; SPEAKER is its first one.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

AUDIBLE = 0.01  # of the loudest sample


def model_of(folder):
    # Beside it may lie the model that spells out unknown words.
    return next(path for path in sorted(folder.glob("*.onnx")) if path.name != "oov.onnx")


def piper(folder, speaker):
    from piper import PiperVoice

    # Its own default is the first speaker.
    model = model_of(folder)
    voice = PiperVoice.load(model, f"{model}.json")
    return voice.config.sample_rate, lambda text: (chunk.audio_float_array for chunk in voice.synthesize(text))


def hibari(folder, speaker):
    from hibari import Hibari

    voice = Hibari(model=str(model_of(folder)))
    return voice.sample_rate, voice.stream


def kokoro(folder, speaker):
    from kokoro_onnx import Kokoro

    styles = {path.stem: np.fromfile(path, dtype=np.float32).reshape(-1, 1, 256) for path in folder.glob("*.bin")}
    file = Path(tempfile.mkdtemp()) / "voices.npz"
    np.savez(file, **styles)
    voice = Kokoro(str(model_of(folder)), str(file))
    return 24_000, lambda text: iter([voice.create(text, voice=speaker, lang="en-us")[0]])


def lead(samples, rate):
    loud = np.flatnonzero(np.abs(samples) > AUDIBLE * np.abs(samples).max())
    return float(loud[0]) / rate if loud.size else 0.0


def main():
    family, folder, speaker = sys.argv[1:]
    rate, speak = {"piper": piper, "hibari": hibari, "kokoro": kokoro}[family](Path(folder), speaker)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        text = json.loads(line)
        started = time.perf_counter()
        chunks, first = [], None
        for chunk in speak(text):
            first = first or time.perf_counter() - started
            chunks.append(np.asarray(chunk))
        total = time.perf_counter() - started
        audio = sum(len(chunk) for chunk in chunks) / rate
        answer = {"first": first, "total": total, "audio": audio, "lead": lead(chunks[0], rate)}
        print(json.dumps(answer), flush=True)


main()
