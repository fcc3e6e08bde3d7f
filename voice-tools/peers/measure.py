"""Speaks with one of the peers and says how long it took.

measure.py FAMILY FOLDER: reads one JSON string per line, answers each with one JSON object:
{"first": seconds to the first chunk, "total": seconds, "audio": seconds of audio, "lead": seconds of silence at
its beginning}. FOLDER is that of the voice, so that both sides load the same files.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

AUDIBLE = 0.01  # of the loudest sample


def piper(folder):
    from piper import PiperVoice

    voice = PiperVoice.load(next(folder.glob("*.onnx")), next(folder.glob("*.onnx.json")))
    return voice.config.sample_rate, lambda text: (chunk.audio_float_array for chunk in voice.synthesize(text))


def hibari(folder):
    from hibari import Hibari

    voice = Hibari(model=str(folder / "hibari.onnx"))
    return voice.sample_rate, voice.stream


def kokoro(folder):
    from kokoro_onnx import Kokoro

    styles = {path.stem: np.fromfile(path, dtype=np.float32).reshape(-1, 1, 256) for path in folder.glob("*.bin")}
    file = Path(tempfile.mkdtemp()) / "voices.npz"
    np.savez(file, **styles)
    voice = Kokoro(str(next(folder.glob("*.onnx"))), str(file))
    return 24_000, lambda text: iter([voice.create(text, voice="af_heart", lang="en-us")[0]])


def lead(samples, rate):
    loud = np.flatnonzero(np.abs(samples) > AUDIBLE * np.abs(samples).max())
    return float(loud[0]) / rate if loud.size else 0.0


def main():
    rate, speak = {"piper": piper, "hibari": hibari, "kokoro": kokoro}[sys.argv[1]](Path(sys.argv[2]))
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
