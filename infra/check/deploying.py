"""Deploys and destroys as a user does, and as a user does it wrongly: every fault is one line that says what to do."""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from botocore.exceptions import WaiterError

SCRIPTS = Path(__file__).resolve().parent.parent / "deploy"


def run(stack, script, *arguments, name, answer="", **environment):
    """Runs `cargo xtask deploy` or `destroy`, without the build. Returns whether it succeeded, and its words."""
    command = [sys.executable, SCRIPTS / script, "--stack-name", name, *arguments]
    environment = {**stack.environment, **environment}
    environment = {name: value for name, value in environment.items() if value is not None}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, cwd=stack.folder, env=environment, input=answer, timeout=600, **streams)
    return done.returncode == 0, done.stdout


def deploy(stack, *parameters, name, options=("--yes",), **rest):
    return run(stack, "deploy.py", "--out", stack.folder / "stack.json", *options, "--", *parameters, name=name, **rest)


def check_all(stack, check, url):
    begin_wrongly(stack, check, url)
    deploy_over_a_failed_stack(stack, check, url)
    say_no_to_a_change(stack, check, url)
    destroy(stack, check, "failed")


def begin_wrongly(stack, check, url):
    """Everything that must stop a deployment before it begins."""
    nobody = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    mars = {"AWS_REGION": "mars-1", "AWS_DEFAULT_REGION": "mars-1"}
    no_region = {"AWS_REGION": None, "AWS_DEFAULT_REGION": None}
    for promise, end, arguments in [
        ("without credentials there is one line", "no AWS credentials: sign in", nobody),
        ("without a region there is one line", "no region: give --region", no_region),
        ("a profile that is missing is named", "(nobody)", {"AWS_PROFILE": "nobody", "AWS_CONFIG_FILE": "/dev/null"}),
        ("a region that is none is named", "region mars-1", {**mars, "AWS_ENDPOINT_URL": None}),
    ]:
        done, words = deploy(stack, name="wrong", **arguments)
        check(not done and end in words and words.count("\n") == 1, promise, words)
    for promise, end, parameter in [
        ("a parameter that is none is refused with the one that was meant", "is it ServiceUrl?", "ServiceURL=x"),
        ("a parameter without a value is refused", "write NAME=VALUE", "ServiceUrl"),
    ]:
        done, words = deploy(stack, parameter, name="wrong")
        check(not done and end in words.splitlines()[-1], promise, words)
    done, words = run(stack, "destroy.py", "--yes", name="wrong")
    check(not done and "there is no stack wrong" in words, "a stack that is not there can't be deleted", words)
    done, words = deploy(stack, f"ServiceUrl={url}", name="wrong", options=(), answer="n\n")
    check(not done and "nothing was changed" in words, "a no changes nothing", words)
    names = [found["StackName"] for found in stack.client("cloudformation").describe_stacks()["Stacks"]]
    check("wrong" not in names, "and nothing is left of it", names)


def say_no_to_a_change(stack, check, url):
    """A change of a stack that runs, which the user does not want."""
    cloudformation = stack.client("cloudformation")
    done, words = deploy(stack, f"ServiceUrl={url}/other", name="failed", options=(), answer="n\n")
    check(not done and "nothing was changed" in words, "a no to a change leaves the stack as it is", words)
    left = cloudformation.list_change_sets(StackName="failed")["Summaries"]
    left = [one["ChangeSetName"] for one in left if one.get("ExecutionStatus") == "AVAILABLE"]
    check(not left, "and no change set is left of it", left)
    done, words = deploy(stack, name="failed", options=("--only-check",))
    last = words.splitlines()[-1]
    check(done and words.startswith("account ") and last == "arm64", "the check names account and processor", words)


def deploy_over_a_failed_stack(stack, check, url):
    """A first deployment by other means, which failed."""
    properties = {"TemplateURL": "https://no-such-bucket.s3.amazonaws.com/none.yaml"}
    bad = {"Resources": {"Bad": {"Type": "AWS::CloudFormation::Stack", "Properties": properties}}}
    cloudformation = stack.client("cloudformation")
    cloudformation.create_stack(StackName="failed", TemplateBody=json.dumps(bad), OnFailure="ROLLBACK")
    with suppress(WaiterError):
        cloudformation.get_waiter("stack_create_complete").wait(StackName="failed", WaiterConfig={"Delay": 1})
    done, words = deploy(stack, f"ServiceUrl={url}", name="failed")
    check(done and "the rest of a first deployment that failed" in words, "a failed stack gives way", words)


def destroy(stack, check, name):
    bucket = next(
        output["OutputValue"]
        for output in json.loads((stack.folder / "stack.json").read_text())["Outputs"]
        if output["OutputKey"] == "Bucket"
    )
    done, words = run(stack, "destroy.py", name=name, answer="n\n")
    check(not done and bucket in words and "nothing was deleted" in words, "destroy names the losses, and asks", words)
    done, words = run(stack, "destroy.py", "--yes", name=name)
    check(done, "destroy deletes the stack", words)
    buckets = [found["Name"] for found in stack.client("s3").list_buckets()["Buckets"]]
    check(bucket in buckets, "and keeps the bucket", buckets)
