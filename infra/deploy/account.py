"""The user's AWS account: who asks, and in which state a stack is. Every fault is one line that says what to do."""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
    WaiterError,
)

SIGN_IN = "sign in with `aws sso login`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"


def give_up(reason):
    sys.exit(f"error: {reason}")


def ask(question, yes):
    """Whether the user agrees. Without a terminal the answer is no."""
    if yes:
        return True
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False


def run(main):
    """Runs a command. A fault that no other line explains is one line."""
    try:
        main()
    except (BotoCoreError, ClientError, OSError) as fault:
        give_up(" ".join(str(fault).split()))
    except KeyboardInterrupt:
        give_up("interrupted; changes that have begun go on in CloudFormation")


def check_settled(name, status):
    """Refuses a stack that is being changed. One that has but a change set may be."""
    if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        give_up(f"stack {name} is being changed ({status}): wait until that is over")


class Account:
    def __init__(self, region):
        """Finds credentials as every AWS program does, and lets AWS confirm them."""
        try:
            self.session = boto3.Session(region_name=region)
            self.region = self.session.region_name
            identity = self.client("sts").get_caller_identity()
        except NoRegionError:
            give_up("no region: give --region, that of the Connect instance")
        except NoCredentialsError:
            give_up(f"no AWS credentials: {SIGN_IN}")
        except (EndpointConnectionError, ConnectTimeoutError, ReadTimeoutError):
            give_up(f"AWS does not answer in region {self.region}: is that its name, and is there a network?")
        except ClientError as fault:
            give_up(f"AWS refuses the credentials ({fault.response['Error']['Code']}): {SIGN_IN}")
        except (BotoCoreError, ValueError) as fault:
            give_up(f"no AWS credentials: {' '.join(str(fault).split())}")
        self.number, self.user = identity["Account"], identity["Arn"]

    def introduce(self, out=None):
        print(f"account {self.number}, region {self.region}, as {self.user}", file=out, flush=True)

    def client(self, service):
        config = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 2})
        return self.session.client(service, config=config)

    def stack(self, name):
        """The stack as CloudFormation describes it; None if there is none."""
        try:
            return self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as fault:
            if "does not exist" in fault.response["Error"]["Message"]:
                return None
            give_up(f"CloudFormation does not describe stack {name}: {' '.join(str(fault).split())}")

    def remove(self, name):
        """Deletes a stack, and waits until it is gone: an hour at most."""
        cloudformation = self.client("cloudformation")
        # A name may be taken again; the id is the stack's own.
        stack = self.stack(name)["StackId"]
        cloudformation.delete_stack(StackName=name)
        try:
            cloudformation.get_waiter("stack_delete_complete").wait(
                StackName=stack, WaiterConfig={"Delay": 5, "MaxAttempts": 720}
            )
        except WaiterError:
            events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
            failed = (event for event in events if event["ResourceStatus"] == "DELETE_FAILED")
            event = next(failed, {})
            cause = f"{event.get('LogicalResourceId', name)}: {event.get('ResourceStatusReason', 'it takes too long')}"
            give_up(f"stack {name} is not gone ({' '.join(cause.split())}); mend that, then `cargo xtask destroy` again")
