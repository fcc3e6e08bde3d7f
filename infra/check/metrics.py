"""The metrics of calls in the emulator's CloudWatch, and calls beside a CloudWatch that never answers."""

import json
import re
import signal
import socket
import sys
import time
from datetime import datetime, timedelta, timezone
from statistics import median
from urllib.request import Request, urlopen

from emulator import start, wait_for

# The statistic that an alarm, a policy of scaling or a graph reads, and whether the calls make it positive.
READ_BACK = [
    ("firstword_first_audio_seconds", "p95", True),
    ("firstword_start_to_part0_seconds", "p95", True),
    ("firstword_part_interval_seconds", "p95", True),
    ("firstword_caller_starved_seconds", "p95", False),
    ("firstword_model_first_token_seconds", "p95", False),
    ("firstword_queue_wait_seconds", "p95", False),
    ("firstword_upload_seconds", "p95", True),
    ("firstword_host_ready", "Maximum", True),
    ("firstword_streams_running", "Maximum", False),
    ("firstword_promised_time_ratio", "Average", False),
    ("firstword_streams_ended_total", "Sum", True),
    ("firstword_refusals_total", "Sum", False),
]
CALLS = 12


class Service:
    """A service beside the emulator that sends its metrics each second."""

    def __init__(self, command, port, log, environment, folder):
        self.url, self.token = f"http://127.0.0.1:{port}", environment["FIRSTWORD_SERVICE_TOKEN"]
        environment = {**environment, "FIRSTWORD_CLOUDWATCH_INTERVAL_SECONDS": "1"}
        self.process = start([*command, "--bind", f"127.0.0.1:{port}"], log, environment, folder)
        wait_for(f"{self.url}/readyz", self.process)

    def ask(self, path, body=None):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = body and json.dumps(body).encode()
        return urlopen(Request(self.url + path, data, headers), timeout=30).read().decode()

    def first_audio(self, text):
        """Seconds from a start until its first clip is in the bucket."""
        begun = time.monotonic()
        answer = json.loads(self.ask("/synthesize_stream", {"text": text, "wait_ms": 20_000, "may_wait": True}))
        assert answer["ready"], answer
        return time.monotonic() - begun

    def counted(self, metric):
        """The sum of a metric over its labels, as Prometheus sees it."""
        lines = re.findall(rf"^{metric}(?:{{.*}})? (\S+)$", self.ask("/metrics"), re.MULTILINE)
        return sum(map(float, lines))

    def until_idle(self, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(1.1)  # The service reads its state once a second at most.
            if self.counted("firstword_streams_running") == 0:
                return
        sys.exit(f"streams run for {seconds} s after the last call at {self.url}")

    def seconds_to_stop(self):
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.monotonic() - begun


class CloudWatch:
    def __init__(self, client, namespace):
        self.client, self.namespace = client, namespace

    def read(self, metric, statistic):
        """A statistic of the last hour, or `None` without data."""
        now = datetime.now(timezone.utc)
        hour = {"StartTime": now - timedelta(hours=1), "EndTime": now + timedelta(minutes=1), "Period": 3660}
        kind = "ExtendedStatistics" if statistic.startswith("p") else "Statistics"
        query = {"Namespace": self.namespace, "MetricName": metric, **hour, kind: [statistic]}
        points = self.client.get_metric_statistics(**query)["Datapoints"]
        values = [point.get("ExtendedStatistics", point)[statistic] for point in points]
        return sum(values) if statistic == "Sum" else max(values, default=None)

    def wait(self, metric, statistic, is_good):
        """A gauge arrives when the service has read its state, every ten seconds."""
        deadline = time.monotonic() + 30
        while not is_good(value := self.read(metric, statistic)) and time.monotonic() < deadline:
            time.sleep(0.2)
        return value


def silent_port():
    """A port whose connections nobody reads."""
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, listener.getsockname()[1]


def arrive(check, cloudwatch):
    """The metrics of the calls that were made, by the statistics that are read on AWS."""
    for metric, statistic, is_positive in READ_BACK:
        is_good = lambda value: value is not None and (value > 0 or not is_positive)
        value = cloudwatch.wait(metric, statistic, is_good)
        check(is_good(value), f"{metric}, {statistic}: {value if value is None else round(value, 4)}", value)
    names = cloudwatch.client.list_metrics(Namespace=cloudwatch.namespace)["Metrics"]
    dimensions = [metric for metric in names if metric["Dimensions"]]
    check(not dimensions, f"CloudWatch has {len(names)} metrics of the host, without dimensions", dimensions)


def nothing_waits(check, heard, silent):
    """Calls of two hosts in turn: the CloudWatch of one answers, that of the other does not."""
    times = {heard: [], silent: []}
    for number in range(CALLS):
        for service, seconds in times.items():
            seconds.append(service.first_audio(f"Call number {number} is on its way."))
    answering, hanging = (median(seconds) * 1000 for seconds in times.values())
    words = f"the first clip takes {answering:.0f} ms with CloudWatch, {hanging:.0f} ms with one that hangs (medians of {CALLS})"
    check(hanging < answering * 1.5 + 20, words, times[silent])


def stops_are_short(check, cloudwatch, heard, silent):
    ended = "firstword_streams_ended_total"
    heard.until_idle()
    counted = heard.counted(ended)
    usual = heard.seconds_to_stop()
    arrived = cloudwatch.read(ended, "Sum")
    check(arrived == counted, f"after a stop CloudWatch has counted all {counted:.0f} streams", arrived)
    delayed = silent.seconds_to_stop() - usual
    check(delayed < 2, f"a CloudWatch that hangs delays a stop by {max(delayed, 0):.1f} s", delayed)
