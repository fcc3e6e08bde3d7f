"""Deploys the stack with the user's credentials: shows the change set, asks, then carries it out.

Run by `cargo xtask deploy` in a folder with `infra/template.yaml` and the zips in `target/lambda/`.
"""

import argparse
import difflib
import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from account import Account, ask, check_settled, give_up, run
from botocore.exceptions import ClientError
from samcli.yamlhelper import yaml_parse

TEMPLATE = "infra/template.yaml"


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stack-name", required=True)
    parser.add_argument("--region")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--only-check", action="store_true", help="before the functions are built, which takes minutes")
    parser.add_argument("parameters", nargs="*")
    return parser.parse_args()


def overrides(parameters):
    """The parameters in SAM's form. A name that the template lacks is refused before anything is uploaded."""
    known = yaml_parse(Path(TEMPLATE).read_text())["Parameters"]
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            give_up(f"{parameter!r} is no parameter: write NAME=VALUE")
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            give_up(f"the template has no parameter {name}" + (f": is it {near[0]}?" if near else ""))
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        yield f'{name}="{quoted}"'


def check_state(account, name):
    """Checks that the stack's state allows a deployment. Returns the state, and the stack's parameters."""
    stack = account.stack(name)
    status = stack["StackStatus"] if stack else "REVIEW_IN_PROGRESS"
    # A command that brings back the stack as it was. Any other failure is that of a first deployment, or of a deletion.
    ways_back = {"UPDATE_FAILED": "rollback-stack", "UPDATE_ROLLBACK_FAILED": "continue-update-rollback"}
    if way_back := ways_back.get(status):
        command = f"aws cloudformation {way_back} --stack-name {name} --region {account.region}"
        give_up(f"stack {name} is stuck in a failed deployment ({status}): {command}, then deploy again")
    elif status.endswith("_FAILED"):
        give_up(f"stack {name} is in state {status}: `cargo xtask destroy --stack-name {name}`, then deploy again")
    check_settled(name, status)
    parameters = stack.get("Parameters", []) if stack else []
    return status, {parameter["ParameterKey"]: parameter.get("ParameterValue", "") for parameter in parameters}


def check_only(account, name):
    """Says who deploys where, and prints the processor of a stack that is deployed: the functions are built for it."""
    account.introduce(sys.stderr)
    status, parameters = check_state(account, name)
    if status not in ("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"):
        print(parameters.get("Architecture", ""))


def make_way(account, name, yes):
    """Removes the remains of a first deployment that failed."""
    status, _parameters = check_state(account, name)
    if status == "ROLLBACK_COMPLETE":
        print(f"stack {name} is the rest of a first deployment that failed; it runs nothing", flush=True)
        if not ask("Remove it, and go on?", yes):
            give_up("nothing was changed")
        account.remove(name)


def sam_deploy(name, region, parameters, yes):
    """Runs `sam deploy`. Returns whether it succeeded, and its words, which the user has seen."""
    command = [Path(sys.executable).parent / "sam", "deploy", "--template", TEMPLATE, "--stack-name", name]
    command += ["--region", region, "--resolve-s3", "--on-failure", "DELETE"]
    command += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    command += ["--no-fail-on-empty-changeset", "--no-confirm-changeset" if yes else "--confirm-changeset"]
    command += ["--parameter-overrides", *parameters] if parameters else []
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    words = b""
    # Not line by line: the question has no end of line.
    while piece := os.read(process.stdout.fileno(), 4096):
        words += piece
        sys.stdout.buffer.write(piece)
        sys.stdout.flush()
    return process.wait() == 0, words.decode(errors="replace")


def reason(words, region):
    """The last line of a deployment that failed."""
    types = re.search(r"[Uu]nrecognized resource types?:? ?\[?([^\]\n]*)", words)
    if types and "AWS::Connect" in types[1]:
        return f"region {region} has no Amazon Connect: give --region, that of the Connect instance"
    if "Aborted!" in words:
        return "nothing was changed: without a terminal, --yes answers the question"
    return "the deployment failed, and its changes were taken back; the lines above say why"


def forget_the_change_set(account, name, words):
    """Removes a change set that was not carried out, and the empty stack that it may have come with."""
    cloudformation = account.client("cloudformation")
    stack = account.stack(name)
    if stack and stack["StackStatus"] == "REVIEW_IN_PROGRESS":
        cloudformation.delete_stack(StackName=name)
    elif found := re.search(r"arn:\S+:changeSet/\S+", words):
        # One that was begun and failed can't be deleted, and one that is gone need not be.
        with suppress(ClientError):
            cloudformation.delete_change_set(ChangeSetName=found[0])


def write_outputs(account, name, file):
    outputs = account.stack(name)["Outputs"]
    file.parent.mkdir(parents=True, exist_ok=True)
    document = {"StackName": name, "Region": account.region, "Outputs": outputs}
    file.write_text(json.dumps(document, indent=2) + "\n")
    print(f"the outputs are in {file}; next: cargo xtask flows --arns {file}")


def main():
    options = arguments()
    account = Account(options.region)
    name = options.stack_name
    parameters = list(overrides(options.parameters))
    if options.only_check:
        check_only(account, name)
        return
    make_way(account, name, options.yes)
    words = ""
    try:
        done, words = sam_deploy(name, account.region, parameters, options.yes)
    finally:
        carried_out = "Successfully created/updated stack" in words or "No changes to deploy" in words
        if not carried_out:
            forget_the_change_set(account, name, words)
    if not done:
        give_up(reason(words, account.region))
    if not carried_out:
        give_up("nothing was changed")
    write_outputs(account, name, options.out)


run(main)
