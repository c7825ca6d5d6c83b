"""Profiles in KubeSpawner's own terms: profile_list with slugs, defaults, options with choices, and overrides.

Texts are HTML-safe, as KubeSpawner asks. Four keys are beside KubeSpawner's, which passes over what it does not know:
`allowed_groups` (whose members may use the profile or choice; a habit of many hubs), `size_title` (its size, for
people), `build_image` (whether a repository can be named), and `position` of options and choices, since mappings lose
their order on the way to a hub.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from components.jupyterhub.building import builds_images, profiles_of
from components.server_sizes import ServerSize, server_sizes
from schemas.community import Deployment
from schemas.image import choice_slug
from schemas.profile import ImageChoice, Profile, SizeChoice

Overrides = dict[str, Any]

BYTES_PER_GIB = 1024**3


class Means(Protocol):
    """How the hubs of one kind of place say what a server is like: traits of their spawner."""

    def base(self, profile: Profile, size: ServerSize) -> Overrides:
        """What all servers of a profile have in common; `size` is its default one."""
        ...

    def image(self, profile: Profile, image: str) -> Overrides:
        """An image of the file."""
        ...

    def size(self, profile: Profile, size: ServerSize) -> Overrides:
        """A size that somebody can choose."""
        ...

    def any_image(self, profile: Profile) -> Mapping[str, Any]:
        """Keys of the image option by which people name images that are not listed; empty where they cannot."""
        ...


def palette(deployment: Deployment, means: Means) -> list[dict[str, Any]]:
    """All profiles, in the file's order."""
    return [_profile(deployment, means, profile) for profile in profiles_of(deployment.hub)]


def default_profile(deployment: Deployment) -> Profile | None:
    """What people get who choose nothing; None where there are no profiles."""
    profiles = deployment.hub.profiles
    return next((profile for profile in profiles if profile.default), profiles[0] if profiles else None)


def default_size(deployment: Deployment, profile: Profile | None) -> ServerSize:
    """Of a profile, for people who choose nothing in it. Raises UnavailableError."""
    return next(size for size in server_sizes(deployment, profile) if size.default)


def default_url(deployment: Deployment, profile: Profile | None, image: str) -> str:
    """The profile's, else the image's, else the hub's."""
    asked = profile.default_url if profile else None
    of_image = deployment.images[image].default_url if image in deployment.images else None
    return asked or of_image or deployment.hub.default_url


def resources(size: ServerSize) -> Overrides:
    """All four always, with 0 for no limit: it must take away the one that stood there before."""
    return {
        "cpu_guarantee": size.cpu.guarantee,
        "cpu_limit": size.cpu.limit or 0,
        "mem_guarantee": round(size.memory_gib.guarantee * BYTES_PER_GIB),
        "mem_limit": round((size.memory_gib.limit or 0) * BYTES_PER_GIB),
    }


def _profile(deployment: Deployment, means: Means, profile: Profile) -> dict[str, Any]:
    sizes = server_sizes(deployment, profile)
    rendered: dict[str, Any] = {
        "slug": profile.slug,
        "display_name": html.escape(profile.title),
        "description": html.escape(profile.description),
        "default": profile.default or len(deployment.hub.profiles) == 1,
        **({"build_image": True} if builds_images(deployment.hub, profile) else {}),
        "kubespawner_override": means.base(profile, next(size for size in sizes if size.default)),
        **_only_for(profile.groups),
    }
    images = _image_option(deployment, means, profile)
    if not images:
        rendered["kubespawner_override"] |= means.image(profile, profile.image or deployment.hub.image)
    if not profile.options.sizes:
        rendered["size_title"] = sizes[0].title
    options = {"image": images, "size": _size_option(means, profile, sizes)}
    if any(options.values()):
        rendered["profile_options"] = _positioned({name: option for name, option in options.items() if option})
    return rendered


def _image_option(deployment: Deployment, means: Means, profile: Profile) -> dict[str, Any]:
    choices, more = profile.options.images, means.any_image(profile)
    if more and not choices:
        # There must be something for those who name nothing.
        choices = (ImageChoice(image=profile.image or deployment.hub.image),)
    if not choices:
        return {}
    default = next((index for index, choice in enumerate(choices) if choice.default), 0)
    offered = {
        choice_slug(choice.image): {
            "display_name": html.escape(choice.title or image_title(deployment, choice.image)),
            "default": index == default,
            "kubespawner_override": means.image(profile, choice.image),
            **_only_for(choice.groups),
        }
        for index, choice in enumerate(choices)
    }
    return {"display_name": "Image", "choices": _positioned(offered), **more}


def _size_option(means: Means, profile: Profile, sizes: Sequence[ServerSize]) -> dict[str, Any]:
    asked = profile.options.sizes
    offered = {
        size.slug: {
            "display_name": html.escape(size.title),
            "default": size.default,
            "kubespawner_override": means.size(profile, size),
            **(_only_for(choice.groups) if isinstance(choice, SizeChoice) else {}),
        }
        for choice, size in zip(asked, sizes, strict=bool(asked))
    }
    return {"display_name": "Size", "choices": _positioned(offered)} if offered else {}


def image_title(deployment: Deployment, image: str) -> str:
    """What people read: the catalogue's title, or a container image's name itself."""
    known = deployment.images.get(image)
    return known.title if known else image


def _only_for(groups: Sequence[str]) -> dict[str, Any]:
    return {"allowed_groups": list(groups)} if groups else {}


def _positioned(things: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: {**thing, "position": index} for index, (name, thing) in enumerate(things.items())}
