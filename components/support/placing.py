"""Where supporting pods run, and what their namespace lets them do."""

from __future__ import annotations

from typing import Literal

import pulumi
import pulumi_kubernetes as kubernetes

from components.pool_labels import pool_labels

Level = Literal["restricted", "privileged"]
"""Of Kubernetes' Pod Security Standards. `privileged` stops nothing: each use says what for."""

_PURPOSE = "hub.jupyter.org/node-purpose"
CORE_NODES = {_PURPOSE: pool_labels("core", "core", None)[_PURPOSE]}
"""Node selector of the pool that is always there; what supports hubs never keeps a node for people up."""
CORE_LINUX = {"kubernetes.io/os": "linux", **CORE_NODES}
"""The same for charts whose own selector would otherwise be merged into it."""


def namespace(name: str, subject: str, level: Level, opts: pulumi.ResourceOptions) -> kubernetes.core.v1.Namespace:
    """A namespace that is called like its subject."""
    return kubernetes.core.v1.Namespace(
        f"{name}-{subject}",
        metadata={
            "name": subject,
            "labels": {
                "managed-by": "hubs",
                "hubs-cluster": name,
                "pod-security.kubernetes.io/enforce": level,
                "pod-security.kubernetes.io/warn": level,
            },
        },
        opts=opts,
    )
