"""Where this user might make control groups, on machines with version 1, version 2 or both."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path


def mounts(controllers: Sequence[str]) -> tuple[Path | None, dict[str, Path]]:
    """Where version 2 is mounted, and each of version 1's controllers."""
    version_2, version_1 = None, {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        where = Path(before.split(" ")[4])
        if kind == "cgroup2":
            version_2 = where
        elif kind == "cgroup":
            version_1.update(dict.fromkeys(options.split(","), where))
    return version_2, {controller: version_1[controller] for controller in controllers if controller in version_1}


def parents_2(mount: Path | None, controllers: Sequence[str]) -> Iterator[dict[str, Path]]:
    """Groups on the way from the top to our own whose children may have both controllers."""
    if mount is None:
        return
    for folder in _way_down(mount, _own_group("")):
        with contextlib.suppress(OSError):
            given_to_children = (folder / "cgroup.subtree_control").read_text().split()
            if set(controllers) <= set(given_to_children) and os.access(folder, os.W_OK):
                yield dict.fromkeys(controllers, folder)


def parents_1(mounts: Mapping[str, Path], controllers: Sequence[str]) -> Iterator[dict[str, Path]]:
    """The uppermost group of each controller's hierarchy that we may write to; nothing when one has none."""
    if set(mounts) != set(controllers):
        return
    found = {
        controller: next((f for f in _way_down(mount, _own_group(controller)) if os.access(f, os.W_OK)), None)
        for controller, mount in mounts.items()
    }
    parents = {controller: folder for controller, folder in found.items() if folder}
    if len(parents) == len(found):
        yield parents


def _way_down(mount: Path, own: str) -> Iterator[Path]:
    # From the top, so that servers are not counted with, and ended with, whoever happened to start the hub.
    folder = mount
    yield folder
    for part in Path(own.lstrip("/")).parts:
        folder /= part
        if folder.is_dir():
            yield folder


def _own_group(controller: str) -> str:
    """Our own group's path in a controller's hierarchy; version 2's with an empty name."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return path
    return "/"
