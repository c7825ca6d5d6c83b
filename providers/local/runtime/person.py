"""What one person's server gets: a home, shared directories, an environment of its own."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from kubespawner.slugs import safe_slug

from .home import Home, Shared
from .hub_folder import HubFolder
from .launch import can_mount_read_only

KEPT_VARIABLES = ("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def home_of(hub: HubFolder, user: Any, server: str, *, alone: bool = False) -> Home:
    """The home of a user's server; nothing is made yet. `alone`: an empty one that is gone when the server ends."""
    slug, directories = safe_slug(user.name), hub.places.directories
    temporary = alone or hub.settings["home"]["type"] == "none"
    folder = (
        hub.path / "temporary-homes" / f"{slug}--{safe_slug(server) if server else ''}"
        if temporary
        else Path(directories["homes"]) / slug
    )
    if alone:
        return Home(folder=folder, temporary=True)
    groups = {group.name for group in user.groups}
    return Home(
        folder=folder,
        temporary=temporary,
        shared=tuple(
            Shared(
                name=shared["name"],
                folder=Path(directories["shared"][shared["name"]]),
                may_write=may_write(shared["writers"], is_admin=user.admin, groups=groups),
            )
            for shared in hub.settings["shared_directories"]
        ),
        scratch=Path(directories["scratch"]) / slug if hub.settings["scratch"] else None,
        views=hub.path / "views" if views_possible() else None,
        owned=hub.places.machine_folder,
    )


def may_write(writers: str | list[str], *, is_admin: bool, groups: Collection[str]) -> bool:
    """Whether somebody may write to a shared directory: admins always may."""
    if isinstance(writers, str):
        return is_admin or writers == "everyone"
    return is_admin or not set(writers).isdisjoint(groups)


@functools.cache
def views_possible() -> bool:
    """Whether shared directories can be made read-only for some; else that is by agreement."""
    return can_mount_read_only()


def clean_environment(environment: Path, home: Path, user: str) -> dict[str, str]:
    """Variables that a login would set, with the image's programs first; nothing of the hub's own environment."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {
        "HOME": str(home),
        "USER": user,
        "LOGNAME": user,
        "SHELL": shutil.which("bash") or "/bin/sh",
        "PATH": f"{environment / 'bin'}:{SYSTEM_PATH}",
        # JupyterLab would ask each person whether to fetch news of new versions, which nobody here can install.
        "JUPYTER_CONFIG_PATH": str(Path(__file__).parent / "jupyter"),
    }


def forget(home: Home) -> None:
    """Delete a health check's files."""
    home.remove()
    if home.scratch:
        shutil.rmtree(home.scratch, ignore_errors=True)
