"""What a cloud would tell of a resource once it is made, as text that is the same each time.

Code that makes values out of such facts runs, too, so that a change to it is seen. What the SDK says nothing of stays
unknown, as in a preview.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pulumi
from pulumi import _types

DEEPEST = 4
"""Levels that are told of a resource; programs look at three at most, and some of Kubernetes' types have no end."""

FUNCTIONS: Mapping[str, Any] = {
    # Programs look into what these tell, and the SDK knows no type of an answer by the function's name.
    "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["zone-a", "zone-b", "zone-c"]},
    "azure-native:authorization:getClientConfig": dict.fromkeys(
        ("clientId", "objectId", "subscriptionId", "tenantId"), "<who deploys>"
    ),
    "azure-native:containerservice:listManagedClusterUserCredentials": {
        # A kubeconfig in base64: {clusters: [{cluster: {server: <server>, certificate-authority-data: <authority>}}]}
        "kubeconfigs": [
            {
                "name": "user",
                "value": "e2NsdXN0ZXJzOiBbe2NsdXN0ZXI6IHtzZXJ2ZXI6IDxzZXJ2ZXI+LCBjZXJ0aWZpY2F0ZS1hdXRob3JpdHktZGF0YTog"
                "PGF1dGhvcml0eT59fV19",
            }
        ]
    },
    "gcp:organizations/getProject:getProject": {"number": "<number of the project>", "projectId": "<project>"},
}
"""Function -> its answer."""


def told(token: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs of a resource: its inputs, and a marker wherever only the cloud knows."""
    laid: dict[str, Any] = _laid(_shape(token), dict(inputs), f"{token} {name}")
    return laid


def answer(token: str) -> dict[str, Any]:
    """What a function tells; nothing of one that nobody asked before."""
    return dict(FUNCTIONS.get(token, {}))


@cache
def _shape(token: str) -> Mapping[str, Any]:
    """Output -> its type, as far down as is told."""
    resource = _classes().get(token)
    if resource is None:
        _classes.cache_clear()  # an SDK loads its parts when they are first used
        resource = _classes().get(token) or _classes().get(token.rpartition(":")[2])
    return {} if resource is None else {key: _simple(kind, 1) for key, kind in _types.resource_types(resource).items()}


@cache
def _classes() -> Mapping[str, type]:
    """Classes of resources by their token; those of the project, which say none, by their own name."""
    found = {}
    for resource in _below(pulumi.CustomResource):
        found[str(getattr(resource, "pulumi_type", None) or resource.__name__)] = resource
    return found


def _below(resource: type) -> Iterable[type]:
    below: list[type] = resource.__subclasses__()
    for each in below:
        yield each
        yield from _below(each)


def _simple(kind: Any, depth: int) -> Any:
    """A type as a mapping, a list of one, or the function that makes its marker; None where it stays unknown."""
    kind = _types.unwrap_type(kind)
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        kind = typing.get_args(kind)[0]
    if isinstance(kind, type) and _types.is_output_type(kind):
        below = _types.output_type_types(kind) if depth < DEEPEST else {}
        return {key: _simple(each, depth + 1) for key, each in below.items()}
    if typing.get_origin(kind) in (list, Sequence) and depth < DEEPEST:
        element = _simple(typing.get_args(kind)[0], depth + 1)
        return [element] if element is not None else None
    if typing.get_origin(kind) in (dict, Mapping) or kind is dict:
        return dict
    return kind if kind in (str, int, float, bool) else None


def _laid(shape: Any, given: Any, path: str) -> Any:
    """What was given, with markers for the rest."""
    if isinstance(shape, Mapping):
        if given is not None and not isinstance(given, Mapping):
            return given
        known = given or {}
        keys = [*known, *(key for key in shape if key not in known)]
        whole = {key: _laid(shape.get(key), known.get(key), f"{path}.{key}") for key in keys}
        return {key: item for key, item in whole.items() if item is not None}
    if isinstance(shape, list):
        if isinstance(given, list):
            return [_laid(shape[0], item, f"{path}[{position}]") for position, item in enumerate(given)]
        return [_laid(shape[0], None, f"{path}[0]")] if given is None else given
    if shape is dict:
        return given if isinstance(given, Mapping) else None  # what goes in as a list may come back by name
    if given is not None or shape is None:
        return given
    return {str: f"<{path}>", int: 1, float: 1.0, bool: False}[shape]
