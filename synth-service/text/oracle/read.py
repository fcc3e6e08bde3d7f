"""Reads lines with the text normalisation of NeMo.

read.py LANGUAGE GRAMMARS: LANGUAGE is "en" or "ko", GRAMMARS the folder where compiled grammars are kept. Says "ready",
reads one JSON string per line, and answers each with one JSON object: {"spoken": words, "seconds": the time it took}.
"""

import json
import sys
import time

# The library prints to standard output; only answers may go there.
answers, sys.stdout = sys.stdout, sys.stderr

from nemo_text_processing.text_normalization.normalize import Normalizer


def answer(value):
    print(json.dumps(value), file=answers, flush=True)


def main():
    language, grammars = sys.argv[1:]
    normalizer = Normalizer(input_case="cased", lang=language, cache_dir=grammars)
    answer("ready")
    for line in sys.stdin:
        text = json.loads(line)
        started = time.perf_counter()
        spoken = normalizer.normalize(text)
        answer({"spoken": spoken, "seconds": time.perf_counter() - started})


main()
