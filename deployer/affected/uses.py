"""What a community names of what is shared, from its plain data: enough where its own file is as it was.

Then its deployments differ exactly where the cluster or an image that they name does, and nothing needs resolving.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from deployer.config.merging import merge, merge_stage
from deployer.config.shared import Shelf
from schemas.community import Community
from schemas.hub import Hub
from schemas.stage import STAGES


def cluster_named(data: Mapping[str, Any]) -> str | None:
    """The shared cluster; None for one of its own."""
    cluster = data.get("cluster")
    return cluster if isinstance(cluster, str) else None


def images_named(data: Mapping[str, Any], shelf: Shelf) -> dict[str, frozenset[str]]:
    """Stage -> images, in the catalogue or not."""
    name = data.get("archetype", Community.model_fields["archetype"].default)
    hub = merge(shelf.archetype(name).data["hub"], data.get("hub") or {})
    stages = data.get("stages") or {}
    found: dict[str, frozenset[str]] = {}
    for stage in STAGES:
        over = (stages.get(stage) or {}).get("hub") or {}
        found[stage] = frozenset(_images(merge_stage(hub, over)[0] if over else hub))
    return found


def _images(hub: Mapping[str, Any]) -> Iterator[str]:
    yield hub.get("image", Hub.model_fields["image"].default)
    for profile in hub.get("profiles") or ():
        if profile.get("image"):
            yield profile["image"]
        for choice in (profile.get("options") or {}).get("images") or ():
            yield choice["image"]
