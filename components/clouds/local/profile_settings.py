"""Profiles in the terms of this machine's spawner: images by name, pools as shares of the machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.jupyterhub.palette import Overrides, default_url, palette, resources
from components.server_sizes import ServerSize, pool_of, server_sizes
from schemas.community import Deployment
from schemas.profile import Profile


def hub_defaults(deployment: Deployment) -> dict[str, Any]:
    """What a server is like whose profile says nothing, or where there are no profiles."""
    hub = deployment.hub
    return {
        "image": hub.image,
        "default_url": default_url(deployment, None, hub.image),
        "node_pool": pool_of(deployment, None) or "",
        **resources(*server_sizes(deployment, None)),
    }


def profile_list(deployment: Deployment) -> list[dict[str, Any]]:
    """The palette, in the file's order."""
    return palette(deployment, _Means(deployment))


class _Means:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def base(self, profile: Profile, size: ServerSize) -> Overrides:
        environment = {"environment": dict(profile.environment)} if profile.environment else {}
        return {"node_pool": pool_of(self._deployment, profile) or "", **resources(size), **environment}

    def image(self, profile: Profile, image: str) -> Overrides:
        return {"image": image, "default_url": default_url(self._deployment, profile, image)}

    def size(self, profile: Profile, size: ServerSize) -> Overrides:  # noqa: ARG002 - as every palette asks
        return resources(size)

    def any_image(self, profile: Profile) -> Mapping[str, Any]:  # noqa: ARG002 - as every palette asks
        return {}
