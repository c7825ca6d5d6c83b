"""What a hub's place tells of itself, once it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from components.hub import layout

if TYPE_CHECKING:
    from schemas.community import Deployment


@dataclass(frozen=True, kw_only=True)
class Told:
    """What nobody can know from the community's file alone.

    Leaves are opaque to whoever makes values of them: inside a Pulumi program they may be Outputs that nobody can read
    yet. Keys are plain always.
    """

    environment: Mapping[str, Any] = field(default_factory=dict)
    """Variables of servers: addresses of buckets."""
    pod_labels: Mapping[str, Any] = field(default_factory=dict)
    """Of servers' pods: for the bill, and for a cloud that tells identities by labels."""
    needs_metadata_server: bool = False
    """Servers get their cloud identity from the address that is otherwise closed to them."""
    tolerations: Mapping[str, Any] = field(default_factory=dict)
    """By node pool, where nodes are somebody else's: the taints that only a look at them tells, as a pod tolerates
    them. A list each, whole."""
    image_tolerations: Any = None
    """The same of all pools together to which servers go, for what fetches images there; None where the pools' own
    are known. A list, whole."""
    built_images: Any = None
    """What names of images begin with that are built from repositories: see `layout.built_images`."""
    builder_annotations: Mapping[str, Any] = field(default_factory=dict)
    """Of the service account that pushes them, where the cloud tells its identity so."""
    builder_labels: Mapping[str, Any] = field(default_factory=dict)
    """Of its pod, likewise."""


def foretold(deployment: Deployment) -> Told:
    """As `Told` will be, with words in pointed brackets for what only the cloud knows."""
    hub = deployment.hub
    own = [*(bucket.name for bucket in hub.buckets), *([layout.SCRATCH] if hub.scratch else [])]
    return Told(
        environment=layout.bucket_variables({name: f"<bucket {name}>" for name in own}),
        pod_labels=layout.bill_labels(deployment),
        built_images=layout.built_images((hub.binder and hub.binder.registry) or "<registry>", deployment),
    )
