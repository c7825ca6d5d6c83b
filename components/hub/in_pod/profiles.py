"""Which profiles and choices are whose, in KubeSpawner's own terms and three keys beside them.

`allowed_groups` of a profile, or of a choice in it, keeps it to members of these groups; without, it is everybody's.
`position` of options and choices is their order, which mappings lose on the way through Helm.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

Profile = dict[str, Any]

NONE_FOR_YOU = "None of this hub's profiles is open to your account. Ask those who run the hub to add you to a group."
UNLISTED = "--unlisted-choice"
"""How KubeSpawner's forms name a choice that is written by hand."""
NAMED_IMAGE = f"image{UNLISTED}"
"""The option by which people name an image that is not listed."""


class NotOfferedError(ValueError):
    """Somebody asks for what is not theirs, or not there: which of the two is nobody's business."""


def in_order(profiles: Sequence[Profile]) -> list[Profile]:
    """Options and choices by their `position`; those without one first, as they are."""
    return [
        profile | {"profile_options": _by_position(profile["profile_options"], inner="choices")}
        if profile.get("profile_options")
        else profile
        for profile in profiles
    ]


def _by_position(things: Mapping[str, Any], inner: str = "") -> dict[str, Any]:
    ordered = sorted(things.items(), key=lambda item: item[1].get("position", -1))
    return {
        name: thing | {inner: _by_position(thing[inner])} if inner and thing.get(inner) else thing
        for name, thing in ordered
    }


def offered_to(groups: Collection[str], profiles: Sequence[Profile]) -> list[Profile]:
    """What everybody may use and what a group of theirs may; a profile of which no choice is left is gone too.

    Admins are no exception: whoever wants a group's profile joins the group.
    """
    left = (_with_open_choices(profile, groups) for profile in profiles if _open(profile, groups))
    return [profile for profile in left if profile is not None]


def _with_open_choices(profile: Profile, groups: Collection[str]) -> Profile | None:
    options = dict(profile.get("profile_options") or {})
    for name, option in options.items():
        choices = option.get("choices") or {}
        left = {slug: choice for slug, choice in choices.items() if _open(choice, groups)}
        if choices and not left:
            return None
        options[name] = option | {"choices": left}
    return profile | {"profile_options": options} if options else profile


def _open(thing: Mapping[str, Any], groups: Collection[str]) -> bool:
    allowed = thing.get("allowed_groups")
    return not allowed or not set(allowed).isdisjoint(groups)


def check_options(profiles: Sequence[Profile], options: Mapping[str, Any], *, built_prefix: str = "") -> None:
    """Raises NotOfferedError unless the options name profiles and choices of the list, or none at all.

    Images that begin with `built_prefix` are let in where images may be built. KubeSpawner itself looks at no choice,
    and at nothing at all where the profile is left out.
    """
    named = options.get("profile")
    profile = next((each for each in profiles if (each["slug"] == named if named else each.get("default"))), None)
    if profile is None:
        raise NotOfferedError(f"There is no profile {named!r} for you.")
    for name, option in (profile.get("profile_options") or {}).items():
        unlisted, choice = options.get(f"{name}{UNLISTED}"), options.get(name)
        if unlisted:
            _check_unlisted(name, option, unlisted, built_prefix)
        elif choice and (not isinstance(choice, str) or choice not in (option.get("choices") or {})):
            raise NotOfferedError(f"There is no {name} {choice!r} for you in the profile {profile['slug']!r}.")


def _check_unlisted(name: str, option: Mapping[str, Any], value: Any, built_prefix: str) -> None:
    about = option.get("unlisted_choice") or {}
    builds = (option.get("dynamic_image_building") or {}).get("enabled")
    if not isinstance(value, str):
        raise NotOfferedError(f"The {name} must be a text.")
    if builds and built_prefix and value.startswith(built_prefix):
        return
    if about.get("built_only") or not about.get("enabled"):
        raise NotOfferedError(f"You may not name a {name} of your own in this profile.")
    if not re.fullmatch(about.get("validation_regex") or ".*", value):
        raise NotOfferedError(about.get("validation_message") or f"The {name} is not one that may be named.")
