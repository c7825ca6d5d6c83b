"""Files of secrets that are not as they were: told by what is encrypted, and never opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from deployer.affected.comparing import Comparison
from deployer.errors import BadInput
from deployer.project import Project
from deployer.secrets.encrypted import FOLDER, read_encrypted
from schemas.stage import STAGES, StageName


def secrets_changed(comparison: Comparison) -> Iterator[tuple[str, StageName]]:
    """Communities, and the stages of them, that get other secrets."""
    for path in comparison.changed:
        name = PurePosixPath(path).stem
        if not path.startswith(f"{FOLDER}/") or name not in comparison.after.communities:
            continue
        for stage in STAGES:
            if _stamp(comparison.base, name, stage) != _stamp(comparison.head, name, stage):
                yield name, stage


def _stamp(project: Project, name: str, stage: str) -> str | None:
    try:
        file = read_encrypted(project, name)
    except BadInput:
        return "not sound"
    return file.stamp(stage) if file else None
