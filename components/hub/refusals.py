"""What no hub on Kubernetes can do without, or cannot be called."""

from __future__ import annotations

from collections.abc import Iterator

from components.contract import Refusal
from schemas.community import Deployment

KEPT_PREFIX = "kube-"


def place_refusals(deployment: Deployment) -> Iterator[Refusal]:
    """Said of one stage; paths begin in the deployment."""
    hub = deployment.hub
    if hub.domain is None:
        yield Refusal(
            path=("hub", "domain"),
            fault="a hub in a cloud is found by its domain, and none is given",
            remedy="add one that is yours, e.g. domain: hub.example.org",
        )
    if deployment.community.startswith(KEPT_PREFIX):
        yield Refusal(
            path=("community",),
            fault=f"the hub's namespace would be {deployment.stack!r}, and Kubernetes keeps {KEPT_PREFIX}… for itself",
            remedy="rename the community",
        )


def bucket_refusals(deployment: Deployment, *, why: str) -> Iterator[Refusal]:
    """Every bucket, where there are none to be had; `why` is the fault."""
    hub = deployment.hub
    for field, asked in (("buckets", hub.buckets), ("scratch", hub.scratch)):
        if asked:
            yield Refusal(path=("hub", field), fault=why, remedy=f"remove {field}, or choose another cluster")
