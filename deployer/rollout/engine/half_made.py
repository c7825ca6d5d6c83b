"""What a killed engine was making: taken up under the id that follows from its name, where one does.

Whose it is: our own state says that this run had begun to make it. Somebody else may have made one of the same name in
the very moments between that note and the cloud's answer. Where ids follow from names nobody could tell, and it is
taken up all the same.

That providers read by such an id is checked on stand-ins alone, but for objects of a cluster. By their sources,
Pulumi's made from Terraform's (pulumi/pulumi-terraform-bridge, pkg/tfbridge, Read) refresh what has outputs and import
what has none, by other words for some; so inputs stand for outputs until then. Azure's (pulumi/pulumi-azure-native,
provider.go, Read) takes what it did not find among the outputs, such as what Azure filled in, for a change, and puts it
among the inputs; so these are put back afterwards, or the next run would take away what nobody asked for, or make it
all anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

RELEASE = "kubernetes:helm.sh/v3:Release"
"""Helm keeps a record of its own of one that was half-way, and goes on from no such record."""

Identity = Callable[[str, Mapping[str, Any], Mapping[str, Any]], str | None]
"""From a type, the inputs and the settings of the resource's provider to the id; None where that does not follow."""
Inputs = Mapping[str, Mapping[str, Any]]
"""Of resources, by their URNs, as the state has them: secrets encrypted."""


@dataclass(frozen=True)
class TakenUp:
    """A state in which what was being made counts as made."""

    checkpoint: bytes
    inputs: Inputs
    """Of what was taken up."""


def no_identity(type: str, inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> str | None:  # noqa: A002, ARG001
    """Where no cloud is known."""
    return None


def take_up(checkpoint: bytes, identity: Identity = no_identity) -> TakenUp | None:
    """A state in which they count as made, for a refresh to drop what is not there; None where there are none.

    Without that, the next run makes them again: a cloud or cluster refuses what it has already, and what the engine
    drew the name of is lost. What has no id that is known before, stays pending.
    """
    document = json.loads(checkpoint)
    latest = document["checkpoint"]["latest"]
    resources = latest.setdefault("resources", [])
    # Of a replacement, the state still has the one before: the engine refuses a state with both.
    known = {resource["urn"]: resource.get("inputs") or {} for resource in resources}
    kept, taken_up = [], {}
    for entry in latest.get("pending_operations") or ():
        begun = entry["resource"]
        settings = known.get((begun.get("provider") or "").rpartition("::")[0], {})
        made = _as_made(begun, identity, settings) if entry["type"] == "creating" else None
        if made is None or begun["urn"] in known:
            kept.append(entry)
        else:
            # All that it stands on was made before it, so the end is its place.
            resources.append(made)
            taken_up[begun["urn"]] = begun.get("inputs") or {}
    if not taken_up:
        return None
    latest["pending_operations"] = kept
    return TakenUp(json.dumps(document).encode(), taken_up)


def with_inputs(checkpoint: bytes, inputs: Inputs) -> bytes:
    """A state in which those resources that it has were asked for with these inputs."""
    document = json.loads(checkpoint)
    for resource in document["checkpoint"]["latest"].get("resources") or ():
        if resource["urn"] in inputs:
            resource["inputs"] = inputs[resource["urn"]]
    return json.dumps(document).encode()


def _as_made(resource: Mapping[str, Any], identity: Identity, settings: Mapping[str, Any]) -> dict[str, Any] | None:
    inputs = resource.get("inputs") or {}
    if resource["type"].startswith("kubernetes:"):
        name = _name_on_cluster(resource["type"], inputs)
        return {**resource, "id": name} if name else None
    found = identity(resource["type"], inputs, settings)
    return {**resource, "id": found, "outputs": inputs} if found else None


def _name_on_cluster(type: str, inputs: Mapping[str, Any]) -> str | None:  # noqa: A002
    metadata = inputs.get("metadata")
    if type == RELEASE or not isinstance(metadata, dict):
        return None
    name, namespace = metadata.get("name"), metadata.get("namespace")
    if not isinstance(name, str):
        return None
    return f"{namespace}/{name}" if namespace else name
