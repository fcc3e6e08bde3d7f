"""An AWS on this machine, with IAM enforced, and the templates as it can take them."""

import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from samcli.yamlhelper import yaml_dump, yaml_parse

FUNCTIONS = ["start_stream", "get_next_batch", "chat_and_stream", "synthesize_stream_cancel", "live_call"]
BIN = Path(sys.executable).parent


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(url, process, seconds=60):
    """Waits until a program answers. Fails when it has ended, or the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            return urlopen(url, timeout=2).read()
        except (URLError, OSError):
            time.sleep(0.1)
    sys.exit(f"{process.args[0]} does not answer at {url}; its log is {process.log}")


def start(arguments, log, environment, folder):
    with open(log, "w") as out:
        # A process group of its own: the functions are children of the emulator.
        process = subprocess.Popen(
            arguments, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=environment, cwd=folder, start_new_session=True
        )
    process.log = log
    return process


def stop(process):
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        process.kill()


def environment(port):
    """The environment of programs that use the emulator."""
    address = f"http://127.0.0.1:{port}"
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FIRSTWORD_"))}
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    place = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": address}
    return {**ours, **keys, **place, "SAM_CLI_TELEMETRY": "0", "AWS_EC2_METADATA_DISABLED": "true"}


def start_emulator(port, folder):
    settings = {"AUTH": "true", "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0"}
    process = start([BIN / "ministack"], folder / "emulator.log", {**environment(port), **settings}, folder)
    wait_for(f"http://127.0.0.1:{port}/_ministack/health", process)
    return process


def adapt(text):
    """A template without the parts that the emulator lacks: alarms on metric math, passwords without punctuation, the ARNs
    of alarms in an update, and the condition on a namespace of CloudWatch.
    """
    template = yaml_parse(text)
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in properties:
            first = next(query["MetricStat"] for query in properties.pop("Metrics") if "MetricStat" in query)
            properties.update(first["Metric"], Period=first["Period"], Statistic=first["Stat"])
        if "DashboardBody" in properties:
            properties["DashboardBody"]["Fn::Sub"] = properties["DashboardBody"]["Fn::Sub"].replace(".Arn}", "}")
        policies = properties.get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []
        policies = [policy for policy in policies if "PolicyDocument" in policy]  # The others stand in an Fn::If.
        for statement in (one for policy in policies for one in policy["PolicyDocument"]["Statement"]):
            if statement.get("Sid") == "Metrics":
                del statement["Condition"]
        if "GenerateSecretString" in properties:
            del properties["GenerateSecretString"]
            properties["SecretString"] = '{"token":"token-of-the-test","also":""}'
    return yaml_dump(template)


def lay_out(root, programs, folder):
    """Lays the templates and the zips out as `cargo lambda build` does, for this machine's processor."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "infra").mkdir(parents=True)
    for template in (root / "infra").glob("*.yaml"):
        (folder / "infra" / template.name).write_text(adapt(template.read_text()))
    for name in FUNCTIONS:
        path = folder / "target" / "lambda" / name / "bootstrap.zip"
        path.parent.mkdir(parents=True)
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o100755 << 16
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            file.writestr(entry, (programs / name).read_bytes(), zipfile.ZIP_DEFLATED)


def architecture():
    return {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
