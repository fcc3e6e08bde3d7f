"""Speaks with one of the peers and says how long it took.

measure.py FAMILY FOLDER SPEAKER CORES: reads one JSON string per line, answers each with one JSON object:
{"first": seconds to the first chunk, "total": seconds, "audio": seconds of audio, "lead": seconds of silence at
its beginning}. FOLDER is that of the voice, so that both sides load the same files; SPEAKER is its first one;
with CORES = 1 its library gets one thread.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

AUDIBLE = 0.01  # of the loudest sample


def model_of(folder):
    # The folder may also contain a model for unknown words, oov.onnx.
    return next(path for path in sorted(folder.glob("*.onnx")) if path.name != "oov.onnx")


def piper(folder, speaker):
    from piper import PiperVoice

    # `speaker` is not passed on: Piper's default is the first speaker.
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


def use_one_thread():
    """The library binds its threads to cores of its own choice, whatever the process was limited to."""
    import onnxruntime

    options, session = onnxruntime.SessionOptions, onnxruntime.InferenceSession

    def one_thread():
        one = options()
        one.intra_op_num_threads = 1
        return one

    def start(model, sess_options=None, **others):
        return session(model, sess_options=sess_options or one_thread(), **others)

    onnxruntime.SessionOptions, onnxruntime.InferenceSession = one_thread, start


def lead(samples, rate):
    loud = np.flatnonzero(np.abs(samples) > AUDIBLE * np.abs(samples).max())
    return float(loud[0]) / rate if loud.size else 0.0


def main():
    family, folder, speaker, cores = sys.argv[1:]
    if cores == "1":
        use_one_thread()
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
