"""Servers in repositories: what a spawner adds to profiles for people who name one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from jupyterhub.utils import maybe_future
from tornado import web

from .binder_builds import Builds, Made
from .binder_names import RefusedError, Wish, is_allowed, read_wish
from .home import Home
from .hub_folder import HubFolder
from .never_built import is_never_built
from .profiles import ProfileChoices

START_SECONDS = 120
"""For a server whose environment is there."""
VISITOR = "visitor-"
"""How names of the moment begin."""
NOT_OFFERED = "This profile starts no servers in repositories: choose one that does."


class RepositoryRefusedError(web.HTTPError):
    """What cannot be built; the text is for people."""

    def __init__(self, text: str) -> None:
        # The percent sign would be taken for a place to fill in.
        super().__init__(400, text.replace("%", "%%"))
        self.jupyterhub_message = text


class RepositoryChoices(ProfileChoices):
    """Beside a profile's options people may name `repository`, `ref`, and `urlpath`, which opens there."""

    hub_folder: ClassVar[HubFolder]
    log: Any
    user: Any
    user_options: dict[str, Any]
    builds: ClassVar[Builds | None] = None

    wish: Wish | None = None
    made: Made | None = None

    def _options_from_form(self, formdata: Mapping[str, list[str]]) -> dict[str, Any]:
        options: dict[str, Any] = super()._options_from_form(formdata)
        written = {name: options.pop(name, "").strip() for name in ("repository", "ref", "urlpath")}
        if not written["repository"]:
            return options
        wish = self._read(written["repository"], written["ref"])
        place = {"urlpath": written["urlpath"]} if written["urlpath"] else {}
        return {**options, "repository": wish.address, "ref": wish.ref, **place}

    async def load_user_options(self) -> None:
        """As profiles do; and whoever names a repository may take longer to start."""
        self.made, self.wish = None, self._wish_of_options()
        if self.wish:
            self.user_options = {**self.user_options, "profile": await self._profile()}
        await super().load_user_options()
        building = self.builds.timeout_seconds if self.wish and self.builds else 0
        self.start_timeout = START_SECONDS + building

    @property
    def ephemeral(self) -> bool:
        """Whether the server is in a repository's files alone, and leaves nothing."""
        if not self.user_options.get("repository"):
            return False
        visitor: bool = self.user.name.startswith(VISITOR)
        return visitor or self.hub_folder.settings["binder"].get("home") == "ephemeral"

    async def have_repository(self, base: Path) -> None:
        """Have the environment and the files; said as it goes. Raises RepositoryRefusedError."""
        if self.wish is None or self.builds is None:
            return
        try:
            self.made = await self.builds.have(self.wish, self.user.name, base, self.say)
        except RefusedError as refused:
            raise RepositoryRefusedError(str(refused)) from None

    def say(self, text: str) -> None:
        """Something for those who wait; a spawner that shows them its progress shows this too."""
        self.log.info("%s", text)

    def place_repository(self, home: Home) -> None:
        """Put the files into the home, unless they are there from an earlier time, and have the server open there."""
        if self.wish is None or self.made is None:
            return
        folder = own_folder(home.folder, self.wish)
        if not folder.exists():
            half = folder.with_name(f".{folder.name}.half")
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(self.made.files, half, symlinks=True)
            half.rename(folder)
        self.default_url = self._opening_at(folder.name)

    def _opening_at(self, folder: str) -> str:
        place = str(self.user_options.get("urlpath") or "").lstrip("/")
        at_root = re.match(r"(lab|tree|notebooks|voila|proxy|doc)(/|$)", place)
        if not place or not at_root or "//" in place or ".." in place:
            return f"/lab/tree/{folder}"
        view, _, below = place.partition("/tree/")
        return f"/{view}/tree/{folder}/{below}" if below else f"/lab/tree/{folder}"

    def _wish_of_options(self) -> Wish | None:
        repository = self.user_options.get("repository")
        return self._read(str(repository), str(self.user_options.get("ref") or "")) if repository else None

    def _read(self, repository: str, ref: str) -> Wish:
        """Raises RepositoryRefusedError for what cannot be read or may not be built."""
        if self.builds is None:
            raise RepositoryRefusedError("This hub builds nothing from repositories.")
        try:
            wish = read_wish(repository, ref)
        except RefusedError as refused:
            raise RepositoryRefusedError(str(refused)) from None
        self._must_be_allowed(wish.address)
        return wish

    def _must_be_allowed(self, address: str) -> None:
        if is_never_built(address, self.hub_folder.places.public_url):
            return
        if not address.startswith("https://"):
            raise RepositoryRefusedError("Repositories are fetched by https alone.")
        allowed = self.hub_folder.settings["binder"]["allowed_repositories"]
        if not is_allowed(address, allowed):
            raise RepositoryRefusedError(f"This hub builds only {' and '.join(allowed)}, and not {address}.")

    async def _profile(self) -> str:
        """The one that was named, or the first that starts servers in repositories where none was."""
        profiles = self.profile_list
        if callable(profiles):
            profiles = await maybe_future(profiles(self))
        named = self.user_options.get("profile")
        fitting = (profile["slug"] for profile in profiles if profile.get("build_image"))
        found = next((slug for slug in fitting if slug == named or not named), None)
        if found is None:
            raise RepositoryRefusedError(NOT_OFFERED)
        return str(found)


def own_folder(home: Path, wish: Wish) -> Path:
    """Where a repository is in a home: its name's folder, or another where that one is somebody else's of that name."""
    folder, number = home / wish.name, 1
    while folder.exists() and not _is_of(folder, wish):
        number += 1
        folder = home / f"{wish.name}-{number}"
    return folder


def _is_of(folder: Path, wish: Wish) -> bool:
    try:
        told = (folder / ".git" / "config").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return re.search(rf"^\s*url = {re.escape(wish.address)}(\.git)?/?\s*$", told, re.MULTILINE) is not None
