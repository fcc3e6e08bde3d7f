"""Twilio's door, tried by clients that others wrote: `twilio` signs the requests, `pipecat-ai` makes and understands the
messages.

`twilio_peers.py SERVICE ASSETS`: the service's program, and the folder that `cargo xtask fetch` and `ears fetch` fill.
"""

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
import wave
from contextlib import suppress
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

from pipecat.frames.frames import InputAudioRawFrame, InterruptionFrame, OutputAudioRawFrame, OutputTransportMessageFrame
from pipecat.serializers.twilio import TwilioFrameSerializer
from twilio.request_validator import RequestValidator
from websockets import InvalidStatus, connect

PUBLIC_URL, SECRET, VOICE = "https://voice.example.com", "an-auth-token", "hibari"
CALL, STREAM = "CA0123456789", "MZ0123456789"
TWILIO, FOREIGN = RequestValidator(SECRET), RequestValidator("another-token")
RATE = 8000


def check(holds, promise, seen=""):
    if not holds:
        sys.exit(f"not so: {promise}; got {seen}")
    print(f"ok: {promise}")


def service(program, assets):
    """The running service, and its port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    settings = {"BIND": f"127.0.0.1:{port}", "PUBLIC_URL": PUBLIC_URL, "TWILIO_AUTH_TOKEN": SECRET, "CHAT_MODEL": "demo"}
    settings |= {"EARS": "local", "EARS_FOLDER": assets / "ears", "SERVE": VOICE, "VOICES": assets / "voices"}
    settings["ONNXRUNTIME"] = assets / "onnxruntime/libonnxruntime.so"
    ours = {f"FIRSTWORD_{name}": str(value) for name, value in settings.items()}
    process = subprocess.Popen([program], env={**os.environ, "RUST_LOG": "error", **ours})
    for _ in range(1_200):
        with suppress(OSError):
            if send(port, "/readyz")[0] == 200:
                return process, port
        time.sleep(0.1)
    process.terminate()
    sys.exit("the service does not start")


def send(port, path, body=None, headers=None):
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST" if body else "GET", path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read()


def voice(port, query, form, signature):
    """Twilio's request at the begin of a call."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    return send(port, f"/live/twilio/voice{query}", urlencode(form), headers)


def try_signatures(port, seed):
    rng = random.Random(seed)

    def word():
        return "".join(rng.choices("abcXYZ019 &=+%/?#~.,'\"<>\\é한🙂", k=rng.randint(1, 12)))

    for _ in range(200):
        # A report: it asks for no call.
        form = {**{word(): word() for _ in range(rng.randint(0, 6))}, "CallStatus": "completed"}
        query = "?" + urlencode({word(): word() for _ in range(rng.randint(1, 4))}) if rng.random() < 0.7 else ""
        url = f"{PUBLIC_URL}/live/twilio/voice{query}"
        good = TWILIO.compute_signature(url, form)
        forged = ["", good[:-2], good[1:] + good[0], FOREIGN.compute_signature(url, form)]
        forged += [TWILIO.compute_signature(url + "x", form), TWILIO.compute_signature(url, {**form, "CallStatus": "queued"})]
        statuses = [voice(port, query, form, signature)[0] for signature in [good, *forged]]
        if statuses != [200] + [403] * len(forged):
            check(False, f"only the right signature of {url} with {form} is taken", statuses)
    check(True, f"200 signatures by twilio are taken, and 1,200 forged ones refused (seed {seed})")


def instructions(port):
    """The stream's URL, and its parameters."""
    form, query = {"CallSid": CALL, "From": "+15550100", "CallStatus": "ringing"}, "?language=en-US"
    signature = TWILIO.compute_signature(f"{PUBLIC_URL}/live/twilio/voice{query}", form)
    status, document = voice(port, query, form, signature)
    check(status == 200, "a call is taken", (status, document))
    stream = ElementTree.fromstring(document).find("./Connect/Stream")
    return stream.get("url"), {each.get("name"): each.get("value") for each in stream.findall("Parameter")}


def spoken(port, text):
    body = json.dumps({"model": "firstword", "voice": VOICE, "input": text, "response_format": "wav"})
    status, sound = send(port, "/v1/audio/speech", body, {"Content-Type": "application/json"})
    if status != 200:
        sys.exit(f"the caller's words are not spoken: {sound}")
    with wave.open(BytesIO(sound)) as file:
        return file.getframerate(), file.readframes(file.getnframes())


class Caller:
    """The caller's end of a stream: it hears what comes at the pace of real time, and sends marks back."""

    def __init__(self, socket):
        self.socket, self.words, self.marks, self.heard_until = socket, [], [], 0.0
        self.came = {"media": 0, "mark": 0, "clear": 0}
        self.serializer = TwilioFrameSerializer(STREAM, params=TwilioFrameSerializer.InputParams(auto_hang_up=False))
        self.serializer._sample_rate = RATE  # `setup` wants a whole pipeline for it.

    async def put(self, frame):
        if message := await self.serializer.serialize(frame):
            await self.socket.send(message)

    def say(self, rate, sound):
        size = rate // 50 * 2
        self.words += [(sound[at : at + size], rate) for at in range(0, len(sound), size)]

    async def speak(self):
        """Words where there are some, else silence: 20 ms each time."""
        begin, number = time.monotonic(), 0
        while True:
            sound, rate = self.words.pop(0) if self.words else (bytes(RATE // 50 * 2), RATE)
            await self.put(OutputAudioRawFrame(sound, rate, 1))
            while self.marks and self.marks[0][0] <= time.monotonic():
                mark = {"event": "mark", "streamSid": STREAM, "mark": {"name": self.marks.pop(0)[1]}}
                await self.put(OutputTransportMessageFrame(mark))
            number += 1
            await asyncio.sleep(max(0, begin + number / 50 - time.monotonic()))

    async def hear(self):
        clear = json.loads(await self.serializer.serialize(InterruptionFrame()))
        async for text in self.socket:
            message, now = json.loads(text), time.monotonic()
            kind = message.get("event")
            if kind == "media":
                frame = await self.serializer.deserialize(text)
                is_frame = isinstance(frame, InputAudioRawFrame) and len(frame.audio) == RATE // 50 * 2
                self.heard_until = max(self.heard_until, now) + 0.02
            elif kind == "mark":
                is_frame = isinstance(message["mark"]["name"], str)
                self.marks.append((self.heard_until, message["mark"]["name"]))
            else:
                is_frame = message == clear
                self.heard_until, self.marks = now, [(now, name) for _, name in self.marks]
            if not is_frame or message["streamSid"] != STREAM:
                check(False, "pipecat understands each message", text)
            self.came[kind] += 1

    async def until(self, promise, holds):
        deadline = time.monotonic() + 60
        while not holds() and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        check(holds(), promise, self.came)

    async def converse(self, question, interruption):
        came = self.came
        await self.until("a greeting comes, with a mark", lambda: came["mark"] and time.monotonic() > self.heard_until + 0.5)
        media = came["media"]
        self.say(*question)
        await self.until("the question is answered", lambda: came["media"] > media + 75)
        check(came["clear"] == 0, "nothing is cleared before the caller interrupts", came)
        self.say(*interruption)
        await self.until("an interruption clears the answer", lambda: came["clear"])
        before = dict(came)
        await self.until("speech comes again", lambda: came["media"] > before["media"] + 25 and came["mark"] > before["mark"])


async def talk(port, url, parameters, *words):
    local = f"ws://127.0.0.1:{port}/live/twilio"
    for signature in ["", FOREIGN.compute_signature(url, {}), TWILIO.compute_signature(url + "x", {})]:
        status = 101
        try:
            await connect(local, additional_headers={"X-Twilio-Signature": signature})
        except InvalidStatus as refusal:
            status = refusal.response.status_code
        check(status == 403, "a stream with a forged signature is refused", status)
    async with connect(local, additional_headers={"X-Twilio-Signature": TWILIO.compute_signature(url, {})}) as socket:
        await socket.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        start = {"streamSid": STREAM, "callSid": CALL, "tracks": ["inbound"], "customParameters": parameters}
        start["mediaFormat"] = {"encoding": "audio/x-mulaw", "sampleRate": RATE, "channels": 1}
        await socket.send(json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": STREAM, "start": start}))
        caller = Caller(socket)
        tasks = [asyncio.create_task(work) for work in (caller.converse(*words), caller.hear(), caller.speak())]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        [task.result() for task in done]
        check(tasks[0] in done, f"the call stays on the line, and each message is understood: {caller.came}")
        [task.cancel() for task in tasks]


if __name__ == "__main__":
    process, port = service(sys.argv[1], Path(sys.argv[2]).resolve())
    try:
        try_signatures(port, random.randrange(1 << 32))
        words = [spoken(port, text) for text in ("When are you open on weekends?", "No wait, I want to talk to a person.")]
        asyncio.run(talk(port, *instructions(port), *words))
    finally:
        process.terminate()
