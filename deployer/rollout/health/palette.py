"""What the check's user, who is in no group, may start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deployer.rollout.health.target import GpuExpectation

if TYPE_CHECKING:
    from schemas.hub import Hub
    from schemas.profile import Profile


def default_image(hub: Hub) -> str:
    """Image of the server that they get without choosing."""
    profiles = _open_to_all(hub)
    profile = next((one for one in profiles if one.default), profiles[0] if profiles else None)
    if profile is None:
        return hub.image
    choices = [choice for choice in profile.options.images if not choice.groups]
    if choices:
        return next((choice for choice in choices if choice.default), choices[0]).image
    return profile.image or hub.image


def gpu_profile(hub: Hub) -> GpuExpectation | None:
    """The first profile with GPUs; None where there is none, or each is for groups alone."""
    found = next((profile for profile in _open_to_all(hub) if profile.gpu), None)
    return GpuExpectation(profile=found.slug, count=found.gpu) if found else None


def _open_to_all(hub: Hub) -> Sequence[Profile]:
    return [profile for profile in hub.profiles if not profile.groups]
