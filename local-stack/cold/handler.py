"""get_next_batch in Python: looks for the next clips in the bucket, signs their URLs, replies. The yardstick of `cargo xtask
bench cold`, with its client made during init, as AWS advises.
"""

import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

BUCKET = os.environ["FIRSTWORD_BUCKET"]
BATCH = 2
SILENCE = "prompts/silence-400ms.wav"
S3 = boto3.client("s3", config=Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1}))


def exists(key):
    try:
        S3.head_object(Bucket=BUCKET, Key=key)
        return True
    except ClientError as fault:
        if fault.response["Error"]["Code"] == "404":
            return False
        raise


def urls(name, key):
    signed = S3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=300)
    return {f"{name}Url" if name == "Pause" else f"Url{name}": signed, f"S3Url{name}": signed.split("?")[0]}


def handler(event, _context):
    parameters = event["Details"]["Parameters"]
    stream, following = parameters["StreamId"], int(parameters["NextIndex"])
    keys = [f"streams/{stream}/part{number}.wav" for number in range(following, following + BATCH)]
    ready = [key for key in keys if exists(key)]
    last = exists(f"streams/{stream}/final.json")
    reply = {"StreamId": stream, "NextIndex": str(following + len(ready)), "Count": str(len(ready)), "Reason": "none"}
    reply |= {"Status": "play" if ready else "wait", "Last": str(last).lower(), **urls("Pause", SILENCE)}
    for number, key in enumerate(ready):
        reply |= {**urls(number, key), f"PromptArn{number}": "none"}
    return reply
