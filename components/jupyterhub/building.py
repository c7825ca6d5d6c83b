"""Which profiles have environments built from repositories, and what is told of it to a hub on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemas.community import Deployment
from schemas.hub import Hub
from schemas.profile import Profile

ONLY_PROFILE = Profile(slug="server", title="Server", default=True)
"""Where the file has no profiles: a repository must be named somewhere."""


def profiles_of(hub: Hub) -> Sequence[Profile]:
    """The palette, with one profile at least where repositories can be named."""
    return hub.profiles or ((ONLY_PROFILE,) if hub.binder else ())


def builds_images(hub: Hub, profile: Profile) -> bool:
    """Whether people may name a repository in a profile: where `binder` is on and no profile asks for it, in all."""
    if not hub.binder:
        return False
    return profile.options.build_image or not any(other.options.build_image for other in hub.profiles)


def binder_settings(deployment: Deployment) -> dict[str, Any]:
    """For a hub on this machine, JSON-able; empty where Binder is off. A limit of 0 is none."""
    binder = deployment.hub.binder
    if not binder:
        return {}
    return {
        "login": binder.login,
        "home": binder.home,
        "allowed_repositories": list(binder.allowed_repositories),
        "max_builds": binder.max_builds,
        "max_builds_per_user": binder.max_builds_per_user,
        "timeout_seconds": binder.build_timeout_minutes * 60,
        "build": {
            "cpu_guarantee": binder.build.cpu.guarantee,
            "cpu_limit": binder.build.cpu.limit or 0,
            "memory_limit_gib": binder.build.memory_gib.limit or 0,
        },
    }
