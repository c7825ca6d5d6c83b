"""Profiles with KubeSpawner's meaning, by KubeSpawner's own code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyterhub.spawner import Spawner
from kubespawner import KubeSpawner
from tornado import web
from traitlets import Callable as CallableTrait
from traitlets import Dict, HasTraits, List, Unicode, Union, default

Profile = dict[str, Any]

NONE_FOR_YOU = "None of this hub's profiles is open to your account. Ask those who run the hub to add you to a group."


class ProfileChoices(HasTraits):
    """For a spawner that offers KubeSpawner's profile_list: its form, its checks, its defaults, its overrides.

    The methods are KubeSpawner's functions themselves, so that a profile means here what it means on Kubernetes.
    """

    profile_list = Union(
        [List(Dict()), CallableTrait()],
        config=True,
        help="As KubeSpawner.profile_list: profiles, or a function to them.",
    )
    profile_form_template = Unicode("", config=True, help="As KubeSpawner.profile_form_template.")
    additional_profile_form_template_paths = List(
        Unicode(), config=True, help="As KubeSpawner.additional_profile_form_template_paths."
    )

    load_user_options = KubeSpawner.load_user_options
    _render_options_form = KubeSpawner._render_options_form
    _render_options_form_dynamically = KubeSpawner._render_options_form_dynamically
    _options_from_form = KubeSpawner._options_from_form
    _validate_user_options = KubeSpawner._validate_user_options
    _get_profile = KubeSpawner._get_profile
    _load_profile = KubeSpawner._load_profile
    _apply_overrides = KubeSpawner._apply_overrides
    _get_initialized_profile_list = KubeSpawner._get_initialized_profile_list
    _sorted_dict_values = KubeSpawner._sorted_dict_values

    @default("options_form")
    def _options_form_default(self) -> Callable[[Any], Any] | str:
        return self._render_options_form_dynamically if self.profile_list else ""

    @default("apply_user_options")
    def _apply_user_options_default(self) -> Callable[..., Any]:
        # JupyterHub's own hook for it: what cannot be applied is then a bad request, and not a failure of the hub.
        return lambda spawner, _options: spawner.load_user_options()

    @default("options_from_form")
    def _options_from_form_default(self) -> Callable[[Any], Any]:
        reads: Callable[[Any], Any] = self._options_from_form
        return reads


def in_order(profiles: list[Profile]) -> list[Profile]:
    """Options and choices by their `position`: the order of mappings was lost on the way."""
    return [
        profile | {"profile_options": _by_position(profile["profile_options"], inner="choices")}
        if "profile_options" in profile
        else profile
        for profile in profiles
    ]


def _by_position(things: dict[str, Any], inner: str = "") -> dict[str, Any]:
    ordered = sorted(things.items(), key=lambda item: item[1]["position"])
    return {name: thing | {inner: _by_position(thing[inner])} if inner else thing for name, thing in ordered}


def only_for_members(profiles: list[Profile]) -> Callable[[Spawner], list[Profile]]:
    """A function for `profile_list` that offers people what everyone may use and what a group of theirs may,
    profiles and choices alike.

    Admins are no exception: whoever wants a group's profile joins the group. Raises 403 when nothing is left, since an
    empty list would start the hub's default server, limits and groups notwithstanding.
    """

    def offered(spawner: Spawner) -> list[Profile]:
        groups = {group.name for group in spawner.user.groups}
        open_profiles = (_with_open_choices(profile, groups) for profile in profiles if _open_to(profile, groups))
        left = [profile for profile in open_profiles if profile is not None]
        if not left:
            raise web.HTTPError(403, NONE_FOR_YOU)
        return left

    return offered


def _with_open_choices(profile: Profile, groups: set[str]) -> Profile | None:
    """The profile with the choices that its reader may make; None where an option has none left."""
    options = dict(profile.get("profile_options", {}))
    for name, option in options.items():
        choices = {slug: choice for slug, choice in option["choices"].items() if _open_to(choice, groups)}
        if option["choices"] and not choices:
            return None
        options[name] = option | {"choices": choices}
    return profile | {"profile_options": options} if options else profile


def _open_to(profile: Profile, groups: set[str]) -> bool:
    allowed = profile.get("allowed_groups")
    return not allowed or not groups.isdisjoint(allowed)
