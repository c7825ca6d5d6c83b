"""Functions of the AWS provider that programs of clusters call."""

from __future__ import annotations

from typing import Any

from providers.engine.values import Fault, Values
from providers.simulated import relations
from providers.simulated.account import Account
from providers.simulated.kinds import Reference
from providers.simulated.templates import Source, filled

_LETTERS = "abc"


def caller_identity(account: Account, _: Values) -> Values:
    number = account.facts["account"]
    arn = f"arn:aws:iam::{number}:user/operator"
    return {"id": number, "accountId": number, "arn": arn, "userId": _made(account, "AIDA{hex_of:account:17}").upper()}


def region(account: Account, arguments: Values) -> Values:
    name = arguments.get("region") or arguments.get("name") or _region(account)
    return {"id": name, "name": name, "region": name, "description": name, "endpoint": f"ec2.{name}.amazonaws.com"}


def partition(_: Account, __: Values) -> Values:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def availability_zones(account: Account, arguments: Values) -> Values:
    name = arguments.get("region") or _region(account)
    zones = [f"{name}{letter}" for letter in _LETTERS]
    ids = [_made(account, f"{{hex_of:region:4}}-az{place + 1}") for place in range(len(zones))]
    return {**arguments, "id": name, "region": name, "names": zones, "zoneIds": ids, "groupNames": [name]}


def ssm_parameter(account: Account, arguments: Values) -> Values:
    """Only AWS's own public parameters, e.g. of EKS's machine images; an account's own are not here."""
    name = arguments["name"]
    if not name.startswith("/aws/service/"):
        raise Fault(f"reading SSM Parameter ({name}): couldn't find resource")
    source = Source({"name": name}, account.facts, "")
    image = filled("ami-{hex_of:name:17}", source)
    value = "1.33.0-20260101" if name.endswith("release_version") else image
    arn = f"arn:aws:ssm:{_region(account)}::parameter{name}"
    return {
        "id": name,
        "name": name,
        "arn": arn,
        "type": "String",
        "value": value,
        "insecureValue": value,
        "version": 1,
    }


def policy_document(_: Account, arguments: Values) -> Values:
    """A policy's JSON from statements, as the provider writes it."""
    import json

    statements = [_statement(one) for one in arguments.get("statements", ())]
    document = {"Version": arguments.get("version", "2012-10-17"), "Statement": statements}
    text = json.dumps(document, indent=2)
    return {
        "id": str(len(text)),
        "json": text,
        "minifiedJson": json.dumps(document, separators=(",", ":")),
        **arguments,
    }


def eks_cluster(account: Account, arguments: Values) -> Values:
    record = _cluster(account, arguments["name"])
    if record is None:
        raise Fault(f"reading EKS Cluster ({arguments['name']}): couldn't find resource")
    return {"id": record.identity, **record.properties}


def eks_cluster_token(_: Account, arguments: Values) -> Values:
    return {"id": arguments["name"], "name": arguments["name"], "token": "k8s-aws-v1.simulated"}


def eks_addon_version(_: Account, arguments: Values) -> Values:
    version = "v1.0.0-eksbuild.1"
    return {"id": arguments["addonName"], "version": version, **arguments}


FUNCTIONS = {
    "aws:index/getCallerIdentity:getCallerIdentity": caller_identity,
    "aws:index/getRegion:getRegion": region,
    "aws:index/getPartition:getPartition": partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": availability_zones,
    "aws:ssm/getParameter:getParameter": ssm_parameter,
    "aws:iam/getPolicyDocument:getPolicyDocument": policy_document,
    "aws:eks/getCluster:getCluster": eks_cluster,
    "aws:eks/getClusterAuth:getClusterAuth": eks_cluster_token,
    "aws:eks/getAddonVersion:getAddonVersion": eks_addon_version,
}


def _region(account: Account) -> str:
    name = account.facts["region"]
    if name is None:
        raise Fault(account.cloud.needs["region"])
    return str(name)


def _made(account: Account, template: str) -> str:
    return str(filled(template, Source({}, account.facts, "")))


def _cluster(account: Account, name: str) -> Any:
    reference = Reference("name", ("aws:eks/cluster:Cluster",), by=("name",))
    return relations.referred(reference, name, str(account.facts["account"]), account.world)


def _statement(statement: Values) -> dict[str, Any]:
    said: dict[str, Any] = {"Effect": statement.get("effect", "Allow")}
    if statement.get("sid"):
        said["Sid"] = statement["sid"]
    for name, key in (("actions", "Action"), ("notActions", "NotAction"), ("resources", "Resource")):
        if statement.get(name):
            said[key] = statement[name][0] if len(statement[name]) == 1 else statement[name]
    if statement.get("principals"):
        said["Principal"] = {
            one["type"]: one["identifiers"][0] if len(one["identifiers"]) == 1 else one["identifiers"]
            for one in statement["principals"]
        }
    conditions: dict[str, Any] = {}
    for one in statement.get("conditions", ()):
        values = one["values"][0] if len(one["values"]) == 1 else one["values"]
        conditions.setdefault(one["test"], {})[one["variable"]] = values
    return {**said, "Condition": conditions} if conditions else said
