"""Directories in everyone's home: each name once, none that another feature makes."""

from __future__ import annotations

from collections.abc import Iterator

from components.hub.in_pod.storage import WRITERS_SUFFIX
from components.hub.layout import SCRATCH
from deployer.config.checks.finding import Finding, twice
from deployer.config.document import Path
from schemas.community import Deployment


def check_directories(deployment: Deployment) -> Iterator[Finding]:
    """Shared directories."""
    here: Path = ("hub", "shared_directories")
    names = [directory.name for directory in deployment.hub.shared_directories]
    yield from twice(here, "name", names)
    for position, name in enumerate(names):
        path = (*here, position, "name")
        if name.endswith(WRITERS_SUFFIX):
            yield Finding(
                path,
                f"names that end in {WRITERS_SUFFIX} are kept for writers of other shared directories",
                "choose another name",
            )
        if name == SCRATCH:
            yield Finding(path, f"the name {SCRATCH!r} is kept for hub.scratch", "choose another name")
