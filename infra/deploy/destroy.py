"""Deletes the stack, after it has said what will be lost. Run by `cargo xtask destroy`."""

import argparse

from account import Account, ask, check_settled, give_up, run

LOST = """Deleting stack {name} takes away, for good:
  - the functions {functions}: flows that invoke them go their error branch, and callers hear no voice
  - {hosts}
  - the tokens of the service in Secrets Manager, the functions' logs, the alarms and the dashboard
It keeps bucket {bucket}, and its KMS key where there is one. In there, streams expire after a day and phrases after thirty;
the prompt stays. A new stack makes a new bucket, and speaks its phrases again. To lose them now as well:
  aws s3 rb --force s3://{bucket}
The uploaded zips stay in SAM's own bucket."""

PROMPTS = """The prompts that its hosts have made in Amazon Connect stay too. To delete them, before the stack and with PromptArns=false:
  FIRSTWORD_BUCKET={bucket} cargo xtask prompts clean"""


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stack-name", required=True)
    parser.add_argument("--region")
    parser.add_argument("--yes", action="store_true")
    return parser.parse_args()


def describe(name, stack):
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    if "Bucket" not in outputs:
        # A deployment that failed: there are no outputs.
        print(f"stack {name} is in state {stack['StackStatus']}; its remains will be deleted, but no bucket")
        return
    functions = sorted(value.rsplit(":", 1)[1] for key, value in outputs.items() if key.endswith("Arn"))
    group = outputs.get("HostsGroup")
    hosts = f"the hosts of group {group}, with the calls that they speak to" if group else "no hosts: they run elsewhere"
    print(LOST.format(name=name, functions=", ".join(functions), hosts=hosts, bucket=outputs["Bucket"]), flush=True)
    parameters = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in stack.get("Parameters", [])}
    if parameters.get("PromptArns") == "true":
        print(PROMPTS.format(bucket=outputs["Bucket"]), flush=True)


def main():
    options = arguments()
    account = Account(options.region)
    account.introduce()
    name = options.stack_name
    stack = account.stack(name)
    if stack is None:
        give_up(f"there is no stack {name} in region {account.region} of account {account.number}")
    check_settled(name, stack["StackStatus"])
    describe(name, stack)
    if not ask(f"Delete stack {name}?", options.yes):
        give_up("nothing was deleted")
    print(f"deleting stack {name}", flush=True)
    account.remove(name)
    print(f"stack {name} is gone")


run(main)
