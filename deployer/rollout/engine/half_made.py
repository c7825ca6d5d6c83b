"""Objects of a cluster that a killed engine was making: taken up by their names, which are their identities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

RELEASE = "kubernetes:helm.sh/v3:Release"
"""Helm keeps a record of its own of one that was half-way, and goes on from no such record."""


def take_up(checkpoint: bytes) -> bytes | None:
    """A state in which they count as made, for a refresh to drop what is not there; None where there are none.

    Without that, the next run makes them again, and the cluster refuses what it has already.
    """
    document = json.loads(checkpoint)
    latest = document["checkpoint"]["latest"]
    # Of a replacement, the state still has the one before: the engine refuses a state with both.
    taken = {resource["urn"] for resource in latest["resources"]}
    kept = []
    for entry in latest.get("pending_operations") or ():
        identity = _identity(entry["resource"]) if entry["type"] == "creating" else None
        if identity is None or entry["resource"]["urn"] in taken:
            kept.append(entry)
        else:
            # All that it stands on was made before it, so the end is its place.
            latest["resources"].append({**entry["resource"], "id": identity})
    if len(kept) == len(latest.get("pending_operations") or ()):
        return None
    latest["pending_operations"] = kept
    return json.dumps(document).encode()


def _identity(resource: Mapping[str, Any]) -> str | None:
    metadata = (resource.get("inputs") or {}).get("metadata")
    if not resource["type"].startswith("kubernetes:") or resource["type"] == RELEASE or not isinstance(metadata, dict):
        return None
    name, namespace = metadata.get("name"), metadata.get("namespace")
    if not isinstance(name, str):
        return None
    return f"{namespace}/{name}" if namespace else name
