"""KubeSpawner that knows for whom it starts a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from kubespawner import KubeSpawner
from tornado import web
from traitlets.config import Config

from .binder_servers import start_in_repository
from .profiles import NAMED_IMAGE, NONE_FOR_YOU, NotOfferedError, Profile, check_options, in_order, offered_to
from .storage import forget_checks, writers_mounts


class RefusedError(web.HTTPError):
    """A start that may not be; the text is for people."""

    def __init__(self, text: str) -> None:
        super().__init__(403, text)
        self.jupyterhub_message = text


class HubsSpawner(KubeSpawner):  # type: ignore[misc]
    """A pod with what its owner's groups give them: profiles, choices, and shared directories to write to.

    A class, and not a hook or two: hooks are single, and whoever adds one of their own would take ours away unawares.
    """

    hubs: ClassVar[Mapping[str, Any]] = {}
    """The chart's values `custom.hubs`."""
    all_profiles: ClassVar[Sequence[Profile]] = ()

    # KubeSpawner's, whose types nobody else tells.
    consecutive_failure_limit: int
    image_pull_policy: str
    init_containers: list[dict[str, Any]]
    volume_mounts: dict[str, Any] | list[Any]

    def offered(self) -> list[Profile]:
        """The owner's profiles. Raises RefusedError where there is none.

        An empty list would start a server of no profile at all, limits and groups notwithstanding.
        """
        left = offered_to(self._groups(), self.all_profiles)
        if not left:
            raise RefusedError(NONE_FOR_YOU)
        return left

    async def load_user_options(self) -> None:
        """What the owner chose, if it is theirs to choose, and what is theirs in any case. Raises RefusedError."""
        try:
            await super().load_user_options()
        except (NotOfferedError, RefusedError) as error:
            # The hub ends after some failures in a row. Whoever asks for too much again and again must not do that.
            self.consecutive_failure_limit = 0
            raise error if isinstance(error, RefusedError) else RefusedError(str(error)) from None
        self._mount(writers_mounts(self.hubs, is_admin=self.user.admin, groups=self._groups()))
        there = {container["name"] for container in self.init_containers}
        more = [each for each in forget_checks(self.hubs, self.user.name) if each["name"] not in there]
        self.init_containers = [*self.init_containers, *more]
        if _may_have_moved(self.user_options or {}, self.hubs):
            self.image_pull_policy = "Always"
        start_in_repository(self, self.hubs)

    def _options_from_form(self, formdata: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        options: dict[str, Any] = super()._options_from_form(formdata)
        if self.all_profiles:
            try:
                self._check(self._get_initialized_profile_list(self.offered()), options)
            except NotOfferedError as error:
                # Here, people still have the form before them.
                raise RefusedError(str(error)) from None
        return options

    def _validate_user_options(self, profile_list: list[Profile]) -> None:
        if profile_list:
            self._check(profile_list, self.user_options or {})

    def _check(self, profile_list: Sequence[Profile], options: Mapping[str, Any]) -> None:
        check_options(profile_list, options, built_prefix=self.hubs.get("built_images", ""))

    def _groups(self) -> set[str]:
        return {group.name for group in self.user.groups}

    def _mount(self, mounts: Mapping[str, Mapping[str, Any]]) -> None:
        if isinstance(self.volume_mounts, dict):
            self.volume_mounts = {**self.volume_mounts, **mounts}
        else:
            self.volume_mounts = [*self.volume_mounts, *mounts.values()]


def _may_have_moved(options: Mapping[str, Any], hubs: Mapping[str, Any]) -> bool:
    """Whether somebody named an image whose tag may be another image by now than the one that a node has."""
    image = str(options.get(NAMED_IMAGE) or "")
    built = hubs.get("built_images")
    return bool(image) and "@sha256:" not in image and not (built and image.startswith(built))


def configure_spawner(c: Config, hubs: Mapping[str, Any]) -> None:
    """Have servers started by HubsSpawner, from the profiles that the chart's values hold."""
    HubsSpawner.hubs = hubs
    HubsSpawner.all_profiles = in_order(_profiles(c))
    c.JupyterHub.spawner_class = HubsSpawner
    if HubsSpawner.all_profiles:
        c.KubeSpawner.profile_list = lambda spawner: spawner.offered()


def _profiles(c: Config) -> Sequence[Profile]:
    profiles = c.KubeSpawner.get("profile_list") or []
    # Helm has no order of keys, so KubeSpawner goes by the names.
    return [profiles[key] for key in sorted(profiles)] if isinstance(profiles, dict) else list(profiles)
