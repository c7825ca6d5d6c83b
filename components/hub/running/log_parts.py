"""What people call the pods of a hub's namespaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HUB = "hub"
SERVER = "server:"
COMPONENT, LEGACY_COMPONENT = "app.kubernetes.io/component", "component"
PEOPLE = ("singleuser-server", "user-placeholder")
"""Components whose pods come and go with people: nothing of the hub's own."""
PARTS = {
    "hub": HUB,
    "proxy": "proxy",
    "user-scheduler": "user-scheduler",
    "continuous-image-puller": "image-puller",
    "hook-image-puller": "image-puller",
    "image-puller": "image-puller",
    "gateway": "dask-gateway",
    "controller": "dask-gateway:controller",
    "traefik": "dask-gateway:proxy",
    "binderhub": "binder",
    "docker-api": "binder:builder",
}
"""By the component's label, as the charts and KubeSpawner put it (zero-to-jupyterhub _helpers.tpl, dask-gateway and
binderhub-service templates)."""
ORDER = (HUB, "proxy")


def part_of(metadata: Mapping[str, Any]) -> str | None:
    """The part that a pod, or what makes pods, belongs to; None for one that nobody reads."""
    labels, notes = metadata.get("labels") or {}, metadata.get("annotations") or {}
    match component_of(metadata):
        case "singleuser-server":
            # A label holds a name only as far as labels may.
            person = notes.get("hub.jupyter.org/username") or labels.get("hub.jupyter.org/username")
            server = notes.get("hub.jupyter.org/servername")
            return f"{SERVER}{person}" + (f"/{server}" if server else "")
        case "dask-scheduler":
            return f"dask:{labels.get('gateway.dask.org/cluster')}"
        case "dask-worker":
            return f"dask:{labels.get('gateway.dask.org/cluster')}:worker"
        case "binderhub-build":
            return f"build:{labels.get('name') or metadata.get('name')}"
        case component:
            return PARTS.get(component)


def builds_it(part: str) -> bool:
    """Whether its pods build images, in a namespace of their own."""
    return part.partition(":")[0] in ("binder", "build")


def component_of(metadata: Mapping[str, Any]) -> str:
    """What the labels call it; older charts, and Binder's builds, have a label of their own for that."""
    labels = metadata.get("labels") or {}
    return str(labels.get(COMPONENT) or labels.get(LEGACY_COMPONENT) or "")


def in_order(parts: set[str]) -> list[str]:
    """The hub first, people's servers last."""
    return sorted(parts, key=lambda part: (part not in ORDER, part.startswith(SERVER), part))
