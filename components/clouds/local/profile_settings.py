"""Profiles in KubeSpawner's own terms: profile_list with slugs, defaults, options with choices, and overrides.

Texts are HTML-safe, as KubeSpawner asks. Three keys are beside KubeSpawner's, which passes over what it does not know:
`allowed_groups` (whose members may use the profile; a habit of many hubs), `size_title` (its size, for people), and
`position` of options and choices, since mappings lose their order on the way to a hub.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from components.clouds.local.size_titles import size_title
from schemas.amount import Amount
from schemas.community import Deployment
from schemas.profile import ImageChoice, Profile, SizeChoice

BYTES_PER_GIB = 1024**3


def hub_defaults(deployment: Deployment) -> dict[str, Any]:
    """What a server is like whose profile says nothing, or where there are no profiles."""
    hub = deployment.hub
    return {
        "image": hub.image,
        "default_url": _default_url(deployment, None, hub.image),
        "node_pool": _first_user_pool(deployment),
        **_resources(hub.resources.cpu, hub.resources.memory_gib),
    }


def profile_list(deployment: Deployment) -> list[dict[str, Any]]:
    """The palette, in the file's order."""
    return [_profile(deployment, profile) for profile in deployment.hub.profiles]


def _profile(deployment: Deployment, profile: Profile) -> dict[str, Any]:
    cpu, memory_gib = _size(deployment, profile)
    rendered: dict[str, Any] = {
        "slug": profile.slug,
        "display_name": html.escape(profile.title),
        "description": html.escape(profile.description),
        "default": profile.default or len(deployment.hub.profiles) == 1,
        "kubespawner_override": {
            "node_pool": profile.node_pool or _first_user_pool(deployment),
            **_resources(cpu, memory_gib),
        },
    }
    if profile.environment:
        rendered["kubespawner_override"]["environment"] = dict(profile.environment)
    if profile.groups:
        rendered["allowed_groups"] = list(profile.groups)
    if not profile.options.images:
        image = profile.image or deployment.hub.image
        rendered["kubespawner_override"] |= _image(deployment, profile, image)
    if not profile.options.sizes:
        rendered["size_title"] = size_title(cpu, memory_gib)
    options = _options(deployment, profile)
    if options:
        rendered["profile_options"] = options
    return rendered


def _options(deployment: Deployment, profile: Profile) -> dict[str, Any]:
    images = {choice.image: _image_choice(deployment, profile, choice) for choice in profile.options.images}
    sizes = {choice.slug: _size_choice(deployment, profile, choice) for choice in profile.options.sizes}
    options = {
        "image": {"display_name": "Image", "choices": _one_default(images, profile.options.images)},
        "size": {"display_name": "Size", "choices": _one_default(sizes, profile.options.sizes)},
    }
    return _positioned({name: option for name, option in options.items() if option["choices"]})


def _one_default(rendered: dict[str, dict[str, Any]], choices: Sequence[ImageChoice | SizeChoice]) -> dict[str, Any]:
    """The choice marked as default, else the first."""
    default = next((index for index, choice in enumerate(choices) if choice.default), 0)
    return _positioned(
        {name: {**one, "default": index == default} for index, (name, one) in enumerate(rendered.items())}
    )


def _positioned(things: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: {**thing, "position": index} for index, (name, thing) in enumerate(things.items())}


def _image_choice(deployment: Deployment, profile: Profile, choice: ImageChoice) -> dict[str, Any]:
    return {
        "display_name": html.escape(choice.title or deployment.images[choice.image].title),
        "kubespawner_override": _image(deployment, profile, choice.image),
    }


def _size_choice(deployment: Deployment, profile: Profile, choice: SizeChoice) -> dict[str, Any]:
    cpu, memory_gib = _size(deployment, profile)
    cpu, memory_gib = choice.cpu or cpu, choice.memory_gib or memory_gib
    size = size_title(cpu, memory_gib)
    return {
        "display_name": html.escape(f"{choice.title} ({size})" if choice.title else size),
        "kubespawner_override": _resources(cpu, memory_gib),
    }


def _size(deployment: Deployment, profile: Profile) -> tuple[Amount, Amount]:
    resources = deployment.hub.resources
    return profile.cpu or resources.cpu, profile.memory_gib or resources.memory_gib


def _resources(cpu: Amount, memory_gib: Amount) -> dict[str, Any]:
    """All four always, with 0 for no limit: it must take away the one that stood there before."""
    return {
        "cpu_guarantee": cpu.guarantee,
        "cpu_limit": cpu.limit or 0,
        "mem_guarantee": round(memory_gib.guarantee * BYTES_PER_GIB),
        "mem_limit": round((memory_gib.limit or 0) * BYTES_PER_GIB),
    }


def _image(deployment: Deployment, profile: Profile, image: str) -> dict[str, Any]:
    return {"image": image, "default_url": _default_url(deployment, profile, image)}


def _default_url(deployment: Deployment, profile: Profile | None, image: str) -> str:
    """The profile's, else the image's, else the hub's."""
    asked = profile.default_url if profile else None
    of_image = deployment.images[image].default_url if image in deployment.images else None
    return asked or of_image or deployment.hub.default_url


def _first_user_pool(deployment: Deployment) -> str:
    return next((name for name, pool in deployment.cluster.node_pools.items() if pool.role == "user"), "")
