"""Writes a SAM template as CloudFormation gets it: `expand.py TEMPLATE OUT`. Needs neither an account nor a network.

The source alone hides faults: a linter does not see the functions' properties that stand in Globals.
"""

import json
import sys

import boto3
from samcli.yamlhelper import yaml_parse
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

source, out = sys.argv[1:]
with open(source) as file:
    template = yaml_parse(file.read())

# `sam deploy` uploads the zips and the nested templates, and puts their addresses here.
for resource in template["Resources"].values():
    properties = resource.get("Properties", {})
    if "CodeUri" in properties:
        properties["CodeUri"] = "s3://bucket/key"
    if "TemplateURL" in properties:
        properties["TemplateURL"] = "https://s3.us-east-1.amazonaws.com/bucket/key"

session = boto3.session.Session(region_name="us-east-1")
try:
    expanded = Translator({}, Parser(), boto_session=session).translate(template, {})
except InvalidDocumentException as fault:
    sys.exit("\n".join([f"{source}: {fault.message}", *(f"  {cause.message}" for cause in fault.causes)]))
with open(out, "w") as file:
    json.dump(expanded, file, indent=2)
