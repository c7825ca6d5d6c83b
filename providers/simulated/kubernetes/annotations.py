"""Annotations by which a program tells the provider how to treat an object: pulumi.com/…"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from providers.engine.values import Task

_PREFIX = "pulumi.com/"


def annotation(body: Mapping[str, Any], name: str) -> str:
    """Its value; empty when it is not there."""
    notes = (body.get("metadata") or {}).get("annotations") or {}
    return str(notes.get(_PREFIX + name, ""))


def set_to_true(body: Mapping[str, Any], name: str) -> bool:
    return annotation(body, name).lower() == "true"


def timeout_seconds(body: Mapping[str, Any], task: Task, otherwise: float) -> float:
    """How long to wait: what the resource's options say, else the annotation, else what its kind takes."""
    if task.timeout_seconds:
        return task.timeout_seconds
    given = annotation(body, "timeoutSeconds")
    return float(given) if given.isdigit() and int(given) else otherwise


def propagation(body: Mapping[str, Any]) -> str:
    """What happens to what belongs to a deleted object."""
    asked = annotation(body, "deletionPropagationPolicy").lower()
    return {"orphan": "Orphan", "background": "Background"}.get(asked, "Foreground")
