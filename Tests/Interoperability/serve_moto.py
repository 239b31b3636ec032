"""Serves S3 on this machine for tests, by moto, which checks signatures:

    serve_moto.py

Prints one line, "PORT KEY SECRET", of a user who may do anything in S3 and for whom the bucket "rein-tests" was made.
Serves until its standard input ends.
"""

import os
import sys

# The calls that make the user are not signed by one; every call after them is checked.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "3"
for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
    os.environ[name] = "nobody"
for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "http_proxy", "HTTP_PROXY", "AWS_ENDPOINT_URL"):
    os.environ.pop(name, None)
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

import json
import logging

import boto3
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"
iam = boto3.client("iam", endpoint_url=endpoint, region_name="us-east-1")
iam.create_user(UserName="tester")
key = iam.create_access_key(UserName="tester")["AccessKey"]
everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
iam.put_user_policy(UserName="tester", PolicyName="everything", PolicyDocument=json.dumps(everything))
boto3.client(
    "s3",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id=key["AccessKeyId"],
    aws_secret_access_key=key["SecretAccessKey"],
).create_bucket(Bucket="rein-tests")
print(port, key["AccessKeyId"], key["SecretAccessKey"], flush=True)
sys.stdin.read()
server.stop()
