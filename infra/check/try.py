"""Deploys the whole template to an emulator and calls the functions there, each program with its own role, IAM enforced.

`try.py ROOT PROGRAMS OUT`: the workspace, the folder of its release programs, a folder to work in.
"""

import json
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
import deploying
import metrics
from botocore.config import Config
from botocore.exceptions import ClientError
from emulator import architecture, environment, free_port, lay_out, start_emulator, stop

STACK = "firstword"
TEXT = "Hello there. Your parcel left the depot this morning. It will be with you tomorrow. Is there anything else?"


def check(holds, promise, seen=""):
    if not holds:
        sys.exit(f"not so: {promise}; got {seen}")
    print(f"ok: {promise}")


class Stack:
    def __init__(self, folder, port):
        self.folder, self.environment = folder, environment(port)
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
        self.client = lambda name: session.client(
            name, endpoint_url=self.environment["AWS_ENDPOINT_URL"], config=Config(retries={"max_attempts": 0})
        )

    def deploy(self, **parameters):
        """`cargo xtask deploy`; returns whether it succeeded, and its words."""
        values = [f"{name}={value}" for name, value in {"Architecture": architecture(), **parameters}.items()]
        return deploying.deploy(self, *values, name=STACK)

    def outputs(self):
        stack = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def invoke(self, function, **parameters):
        event = {"Details": {"ContactData": {"ContactId": "contact-1"}, "Parameters": parameters}}
        reply = self.client("lambda").invoke(FunctionName=self.outputs()[function], Payload=json.dumps(event))
        body = json.load(reply["Payload"])
        check("FunctionError" not in reply, f"{function} replies", body)
        return body

    def configuration(self, function):
        return self.client("lambda").get_function_configuration(FunctionName=self.outputs()[function])

    def role(self, function):
        return self.configuration(function)["Role"].rsplit("/", 1)[1]

    def token(self):
        return self.configuration("StartStreamArn")["Environment"]["Variables"]["FIRSTWORD_SERVICE_TOKEN"]


def deploy_in_every_way(stack, url):
    done, words = stack.deploy(ServiceUrl="service.example.com")
    check(not done and "https://" in words, "a parameter of the wrong form is refused with the right one", words)
    done, words = stack.deploy(ServiceUrl=url, ConnectInstanceId="12345678-1234-1234-1234-123456789012")
    check(not done and "AWS::Connect" in words, "a region without Connect is refused before anything is made", words)
    watch = stack.folder / "infra" / "watch.yaml"
    good = watch.read_text()
    watch.write_text(good.replace("AWS::SNS::TopicPolicy", "AWS::SNS::NoSuchThing"))
    done, words = stack.deploy(ServiceUrl=url)
    check(not done and "DELETE_COMPLETE" in words, "a stack whose last part fails is taken back", words)
    watch.write_text(good)
    role = deploy_with_hosts(stack)
    done, words = stack.deploy(ServiceUrl=url, AlarmEmail="operator@example.com")
    check(done, "the stack gives its hosts up for some that run elsewhere", words)
    before = stack.outputs()
    done, words = stack.deploy(ServiceUrl=url, AlarmEmail="operator@example.com")
    check(done and stack.outputs() == before, "a second deployment changes nothing", words)
    rotate_the_token(stack, url)
    return role


def rotate_the_token(stack, url):
    old = stack.token()
    secrets, secret = stack.client("secretsmanager"), stack.outputs()["ServiceToken"]
    value = json.dumps({"token": "rotated", "also": old})
    version = secrets.put_secret_value(SecretId=secret, SecretString=value)["VersionId"]
    done, words = stack.deploy(ServiceUrl=url, ServiceTokenVersion=version)
    check(done and stack.token() == "rotated" != old, "the functions send the rotated token", words)


def deploy_with_hosts(stack):
    """Deploys the stack with its hosts, over the failed one. Returns the policy of a host's service."""
    subnets = stack.client("ec2").describe_subnets()["Subnets"]
    certificate = stack.client("acm").request_certificate(DomainName="voice.example.com")["CertificateArn"]
    image = "/image/of/hosts"
    stack.client("ssm").put_parameter(Name=image, Value="ami-0123456789abcdef0", Type="String")
    place = {"VpcId": subnets[0]["VpcId"], "SubnetA": subnets[0]["SubnetId"], "SubnetB": subnets[1]["SubnetId"]}
    host = {"HostName": "voice.example.com", "CertificateArn": certificate, "ImageParameter": image}
    # The emulator has no warm pools.
    host |= {"PackageUrl": "s3://my-bucket/firstword.tar.gz", "WarmHosts": "0"}
    done, words = stack.deploy(**place, **host)
    check(done, "the stack is deployed with its hosts, over the failed one", words)
    group = stack.outputs()["HostsGroup"]
    iam = stack.client("iam")
    names = (role["RoleName"] for role in iam.list_roles()["Roles"])
    role = next(name for name in names if name.startswith(f"{group.rsplit('-Group-', 1)[0]}-Role-"))
    return iam.get_role_policy(RoleName=role, PolicyName="synth-service")["PolicyDocument"]


def keys_of_a_host(stack, policy):
    """Keys of a role with the policy of a host's service, for a process on this machine."""
    iam = stack.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="host", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="host", PolicyName="synth-service", PolicyDocument=json.dumps(policy))
    keys = stack.client("sts").assume_role(RoleArn=role, RoleSessionName="host")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }


def open_to_http(stack, keys):
    """The emulator speaks plain HTTP, which the bucket's policy forbids."""
    bucket = stack.outputs()["Bucket"]
    names = {name.lower(): value for name, value in keys.items()}
    s3 = boto3.client("s3", endpoint_url=stack.environment["AWS_ENDPOINT_URL"], region_name="us-east-1", **names)

    def refusal(key):
        try:
            s3.get_object(Bucket=bucket, Key=key)
        except ClientError as fault:
            return fault.response["Error"]["Code"]

    check(refusal("prompts/none") == "AccessDenied", "over plain HTTP the bucket is closed")
    stack.client("s3").delete_bucket_policy(Bucket=bucket)
    check(refusal("prompts/none") == "NoSuchKey", "otherwise a host learns that an object is missing")
    check(refusal("elsewhere/none") == "AccessDenied", "and reads nothing outside its prefixes")


def fetch(url):
    """The body, or the status of a refusal."""
    try:
        return urlopen(url, timeout=5).read()
    except HTTPError as refusal:
        return refusal.code


def is_clip(sound):
    return isinstance(sound, bytes) and sound.startswith(b"RIFF") and len(sound) > 1000


def hear(stack, reply):
    """Plays an answer as a flow does. Returns the number of clips."""
    clips = 0
    while True:
        for number in range(int(reply["Count"])):
            sound = fetch(reply[f"Url{number}"])
            check(is_clip(sound), f"clip {clips} is fetched by its presigned URL", sound)
            clips += 1
        check(reply["Status"] in ("play", "wait", "done"), "the answer goes on", reply)
        if reply["Status"] == "done" or reply["Last"] == "true":
            return clips
        reply = stack.invoke("GetNextBatchArn", StreamId=reply["StreamId"], NextIndex=reply["NextIndex"])


def call(stack):
    started = stack.invoke("StartStreamArn", Text=TEXT)
    check(started["Status"] in ("play", "wait"), "start_stream begins a text", started)
    check(hear(stack, started) >= 3, "the whole text is heard")
    check(is_clip(fetch(started["PauseUrl"])), "the silence is fetched by the URL that start_stream has signed")
    chat = stack.invoke("ChatAndStreamArn", Text="Hello, who is there?")
    check(chat["Status"] in ("play", "wait"), "chat_and_stream answers", chat)
    check(hear(stack, chat) >= 1, "the answer is heard")
    # S3 says so only to a role that may list.
    gone = stack.invoke("GetNextBatchArn", StreamId="no-such-stream", NextIndex="0")
    check(gone["Status"] == "error" and "no such stream" in gone["Reason"], "a missing object is known to be missing", gone)
    long = stack.invoke("StartStreamArn", Text=TEXT * 5)
    cancelled = stack.invoke("SynthesizeStreamCancelArn", StreamId=long["StreamId"])
    check(cancelled["Status"] in ("cancelled", "done"), "synthesize_stream_cancel ends a stream", cancelled)
    return started


def roles_count(stack, started):
    """Shows that the calls above were allowed by the roles, and by nothing else."""
    iam = stack.client("iam")
    for function, name in (("GetNextBatchArn", "get_next_batch"), ("StartStreamArn", "start_stream")):
        iam.delete_role_policy(RoleName=stack.role(function), PolicyName=name)
    refused = stack.invoke("GetNextBatchArn", StreamId=started["StreamId"], NextIndex="0")
    check(refused["Status"] == "error", "without its policy get_next_batch reads nothing", refused)
    check(fetch(started["PauseUrl"]) == 403, "without its policy the URLs of start_stream open nothing")


def watch(stack, outputs, program, heard, running):
    """Shows that the metrics of the calls arrive, and that a CloudWatch which does not answer costs no call anything."""
    command, out, settings, root = program
    cloudwatch = metrics.CloudWatch(stack.client("cloudwatch"), outputs["Namespace"])
    of_function = stack.configuration("StartStreamArn")["Environment"]["Variables"]["FIRSTWORD_CLOUDWATCH_NAMESPACE"]
    check(of_function == outputs["Namespace"], "functions and hosts share the stack's namespace", of_function)
    metrics.arrive(check, cloudwatch)
    _listener, port = metrics.silent_port()
    settings = {**settings, "AWS_ENDPOINT_URL_CLOUDWATCH": f"http://127.0.0.1:{port}"}
    silent = metrics.Service(command, free_port(), out / "silent.log", settings, root)
    running.append(silent.process)
    metrics.nothing_waits(check, heard, silent)
    metrics.stops_are_short(check, cloudwatch, heard, silent)


def main(root, programs, out):
    lay_out(root, programs, out)
    port, service_port = free_port(), free_port()
    running = [start_emulator(port, out)]
    try:
        stack = Stack(out, port)
        url = f"http://127.0.0.1:{service_port}"
        deploying.check_all(stack, check, url)
        keys = keys_of_a_host(stack, deploy_in_every_way(stack, url))
        open_to_http(stack, keys)
        outputs = stack.outputs()
        secret = stack.client("secretsmanager").get_secret_value(SecretId=outputs["ServiceToken"])["SecretString"]
        settings = {"FIRSTWORD_SERVICE_TOKEN": json.loads(secret)["token"], "FIRSTWORD_CHAT_MODEL": "demo"}
        settings |= {**environment(port), **keys, "FIRSTWORD_CLOUDWATCH_NAMESPACE": outputs["Namespace"]}
        command = [programs / "synth-service", "--bucket", outputs["Bucket"], "--serve", "hibari"]
        heard = metrics.Service(command, service_port, out / "service.log", settings, root)
        running.append(heard.process)
        roles_count(stack, call(stack))
        watch(stack, outputs, (command, out, settings, root), heard, running)
    finally:
        for process in reversed(running):
            stop(process)


main(*(Path(argument).resolve() for argument in sys.argv[1:]))
