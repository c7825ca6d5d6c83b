"""Resources of a state as a killed engine would have left them: begun, and nobody knows under which id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.clouds import cloud
from deployer.rollout.engine.half_made import take_up

BESIDE = ("pulumi:", "kubernetes:", "hubkeys:")
"""Providers, objects of a cluster, and what is in the state alone."""


DRAWN: Mapping[str, set[str]] = {
    "gcp": {"gcp:billing/budget:Budget", "gcp:monitoring/notificationChannel:NotificationChannel"},
    "aws": {
        "aws:backup/plan:Plan",
        "aws:backup/selection:Selection",
        "aws:dlm/lifecyclePolicy:LifecyclePolicy",
        "aws:ebs/volume:Volume",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ec2/eip:Eip",
        "aws:ec2/internetGateway:InternetGateway",
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/natGateway:NatGateway",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:ec2/subnet:Subnet",
        "aws:ec2/vpc:Vpc",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "aws:efs/fileSystem:FileSystem",
        "aws:efs/mountTarget:MountTarget",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "aws:kms/key:Key",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    },
    "azure": set(),
}
"""Types that our components make whose ids the cloud draws: of such a one nobody knows before what it is called."""


def assert_found_again(provider: str, folder: Path) -> set[str]:
    """What is in the states under a folder has, made by halves, the id that it has; returns the types that have one."""
    states = sorted(folder.glob("**/.pulumi/stacks/*/*.json"))
    assert states, folder
    return {kind for path in states for kind in _found(provider, path)}


def _found(provider: str, path: Path) -> set[str]:
    document = json.loads(path.read_text(encoding="utf-8"))
    latest = document["checkpoint"]["latest"] or {}
    given, beside = [], []
    for resource in latest.get("resources") or ():
        (given if _of_the_cloud(resource) else beside).append(resource)
    latest["resources"] = beside
    latest["pending_operations"] = [{"type": "creating", "resource": _begun(resource)} for resource in given]
    taken_up = take_up(json.dumps(document).encode(), cloud(provider).identity)
    if taken_up is None:
        return set()
    latest = json.loads(taken_up.checkpoint)["checkpoint"]["latest"]
    told = {resource["urn"]: resource["id"] for resource in given}
    taken = latest["resources"][len(beside) :]
    assert {one["urn"]: one["id"] for one in taken} == {one["urn"]: told[one["urn"]] for one in taken}
    pending = {entry["resource"]["type"] for entry in latest["pending_operations"]}
    kinds = {one["type"] for one in taken}
    assert not kinds & pending, f"only some of these have an id: {kinds & pending}"
    return kinds


def _of_the_cloud(resource: dict[str, Any]) -> bool:
    return bool(resource.get("custom")) and not resource["type"].startswith(BESIDE)


def _begun(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name not in ("id", "outputs", "created", "modified")}
