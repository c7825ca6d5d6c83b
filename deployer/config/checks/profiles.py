"""The palette: one default, every name once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deployer.config.checks.finding import Finding, twice
from deployer.config.checks.people import told_by_sign_in
from deployer.config.document import Path
from schemas.community import Deployment
from schemas.hub import Hub
from schemas.profile import ImageChoice, Profile, SizeChoice, size_slugs

HERE: Path = ("hub", "profiles")


def check_profiles(deployment: Deployment) -> Iterator[Finding]:
    """Profiles and what they let people choose."""
    profiles = deployment.hub.profiles
    yield from twice(HERE, "slug", [profile.slug for profile in profiles])
    yield from _defaults(profiles)
    yield from _closed(deployment.hub)
    for position, profile in enumerate(profiles):
        options: Path = (*HERE, position, "options")
        images, sizes = profile.options.images, profile.options.sizes
        if profile.image and images:
            yield Finding(
                (*HERE, position, "image"),
                "the profile has an image and images to choose from",
                "remove image, and list it in options.images",
            )
        yield from twice((*options, "images"), "image", [choice.image for choice in images])
        yield from twice((*options, "sizes"), "slug", size_slugs(sizes))
        yield from _one_default((*options, "images"), images)
        yield from _one_default((*options, "sizes"), sizes)
        for index, size in enumerate(sizes):
            if isinstance(size, SizeChoice) and size.cpu is None and size.memory_gib is None:
                yield Finding((*options, "sizes", index), "a size without a size", "give cpu, memory_gib or both")


def _defaults(profiles: Sequence[Profile]) -> Iterator[Finding]:
    yield from _one_default(HERE, profiles)
    if len(profiles) > 1 and not any(profile.default for profile in profiles):
        yield Finding(HERE, "no profile is the default", "add default: true to one of them")


def _closed(hub: Hub) -> Iterator[Finding]:
    """Profiles and choices that are kept to groups in which nobody is."""
    closed = [position for position, profile in enumerate(hub.profiles) if _nobodys(hub, profile)]
    if closed and len(closed) == len(hub.profiles):
        yield Finding(
            HERE,
            "nobody could start a server: every profile is kept to groups in which nobody is",
            "open one of them, or name members of its groups",
        )
        return
    for position in closed:
        yield Finding(
            (*HERE, position),
            f"nobody may use profile {hub.profiles[position].slug!r}: in its groups is nobody",
            "name members of its groups, or remove it",
            "warning",
        )


def _nobodys(hub: Hub, profile: Profile) -> bool:
    """Whether no group that may use it has a member, or none that may choose one of its images or sizes."""
    return _empty(hub, profile.groups) or any(
        choices and all(_empty(hub, getattr(choice, "groups", ())) for choice in choices)
        for choices in (profile.options.images, profile.options.sizes)
    )


def _empty(hub: Hub, groups: Sequence[str]) -> bool:
    """Whether something is kept to groups, all of them known here and without members."""
    return bool(groups) and all(hub.groups.get(group) == () and not told_by_sign_in(hub, group) for group in groups)


def _one_default(path: Path, choices: Sequence[Profile | ImageChoice | SizeChoice | int]) -> Iterator[Finding]:
    defaults = [position for position, choice in enumerate(choices) if not isinstance(choice, int) and choice.default]
    for position in defaults[1:]:
        yield Finding(
            (*path, position, "default"), f"entry {defaults[0] + 1} is the default already", "keep one of them"
        )
