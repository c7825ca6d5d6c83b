"""Folders of the hub's store that hang on who a server is for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

Settings = Mapping[str, Any]

LEFT_BEHIND_MINUTES = 60
"""No health check takes so long: what is older was left by one that ended."""
WRITERS_SUFFIX = "-readwrite"
"""Writers find a shared directory under its name and this, too."""


def writers_mounts(hubs: Settings, *, is_admin: bool, groups: Collection[str]) -> dict[str, dict[str, Any]]:
    """Shared directories once more, open for writing, under `<name>-readwrite`; by the mounts' names."""
    return {
        f"shared-{shared['name']}{WRITERS_SUFFIX}": {
            "name": hubs["homes"]["volume"],
            "mountPath": f"{shared['mount_path']}{WRITERS_SUFFIX}",
            "subPath": shared["sub_path"],
        }
        for shared in hubs.get("shared_directories", ())
        if _may_write(shared["writers"], is_admin=is_admin, groups=groups)
    }


def _may_write(writers: str | list[str], *, is_admin: bool, groups: Collection[str]) -> bool:
    if isinstance(writers, str):
        return is_admin or writers == "everyone"
    return is_admin or not set(writers).isdisjoint(groups)


def forget_checks(hubs: Settings, user: str) -> Iterator[dict[str, Any]]:
    """An init container that deletes homes of health checks long over, for the server of a health check.

    A check's own home stays until the next one: only so does it prove that the store keeps files.
    """
    homes, prefix = hubs.get("homes", {}), hubs.get("health_check_users")
    if not prefix or not user.startswith(prefix) or not homes.get("folder"):
        return
    store = homes["init_container"]
    below = f"{store['volumeMounts'][0]['mountPath']}/{homes['folder']}"
    old = ["-mindepth", "1", "-maxdepth", "1", "-name", f"{prefix}*", "-mmin", f"+{LEFT_BEHIND_MINUTES}"]
    # KubeSpawner fills in braces: doubled, they come out single.
    yield {**store, "name": "forget-checks", "command": ["find", below, *old, "-exec", "rm", "-rf", "{{}}", "+"]}
