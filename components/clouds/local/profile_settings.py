"""Profiles in KubeSpawner's own terms: profile_list with slugs, defaults, options with choices, and overrides.

Texts are HTML-safe, as KubeSpawner asks. Three keys are beside KubeSpawner's, which passes over what it does not know:
`allowed_groups` (whose members may use the profile; a habit of many hubs), `size_title` (its size, for people), and
`position` of options and choices, since mappings lose their order on the way to a hub.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from components.server_sizes import ServerSize, pool_of, server_sizes
from schemas.community import Deployment
from schemas.profile import Profile

BYTES_PER_GIB = 1024**3


def hub_defaults(deployment: Deployment) -> dict[str, Any]:
    """What a server is like whose profile says nothing, or where there are no profiles."""
    hub = deployment.hub
    return {
        "image": hub.image,
        "default_url": _default_url(deployment, None, hub.image),
        "node_pool": pool_of(deployment, None) or "",
        **_resources(*server_sizes(deployment, None)),
    }


def profile_list(deployment: Deployment) -> list[dict[str, Any]]:
    """The palette, in the file's order."""
    return [_profile(deployment, profile) for profile in deployment.hub.profiles]


def _profile(deployment: Deployment, profile: Profile) -> dict[str, Any]:
    sizes = server_sizes(deployment, profile)
    rendered: dict[str, Any] = {
        "slug": profile.slug,
        "display_name": html.escape(profile.title),
        "description": html.escape(profile.description),
        "default": profile.default or len(deployment.hub.profiles) == 1,
        "kubespawner_override": {
            "node_pool": pool_of(deployment, profile) or "",
            **_resources(next(size for size in sizes if size.default)),
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
        rendered["size_title"] = sizes[0].title
    options = _options(deployment, profile, sizes)
    if options:
        rendered["profile_options"] = options
    return rendered


def _options(deployment: Deployment, profile: Profile, sizes: Sequence[ServerSize]) -> dict[str, Any]:
    offered = {size.slug: _size_choice(size) for size in sizes if size.slug}
    options = {
        "image": {"display_name": "Image", "choices": _positioned(_image_choices(deployment, profile))},
        "size": {"display_name": "Size", "choices": _positioned(offered)},
    }
    return _positioned({name: option for name, option in options.items() if option["choices"]})


def _positioned(things: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: {**thing, "position": index} for index, (name, thing) in enumerate(things.items())}


def _image_choices(deployment: Deployment, profile: Profile) -> dict[str, dict[str, Any]]:
    choices = profile.options.images
    default = next((index for index, choice in enumerate(choices) if choice.default), 0)
    return {
        choice.image: {
            "display_name": html.escape(choice.title or deployment.images[choice.image].title),
            "default": index == default,
            "kubespawner_override": _image(deployment, profile, choice.image),
        }
        for index, choice in enumerate(choices)
    }


def _size_choice(size: ServerSize) -> dict[str, Any]:
    return {
        "display_name": html.escape(size.title),
        "default": size.default,
        "kubespawner_override": _resources(size),
    }


def _resources(size: ServerSize) -> dict[str, Any]:
    """All four always, with 0 for no limit: it must take away the one that stood there before."""
    return {
        "cpu_guarantee": size.cpu.guarantee,
        "cpu_limit": size.cpu.limit or 0,
        "mem_guarantee": round(size.memory_gib.guarantee * BYTES_PER_GIB),
        "mem_limit": round((size.memory_gib.limit or 0) * BYTES_PER_GIB),
    }


def _image(deployment: Deployment, profile: Profile, image: str) -> dict[str, Any]:
    return {"image": image, "default_url": _default_url(deployment, profile, image)}


def _default_url(deployment: Deployment, profile: Profile | None, image: str) -> str:
    """The profile's, else the image's, else the hub's."""
    asked = profile.default_url if profile else None
    of_image = deployment.images[image].default_url if image in deployment.images else None
    return asked or of_image or deployment.hub.default_url
