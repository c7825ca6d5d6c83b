"""Who can open which file, by the names that operators gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deployer.project import Project
from deployer.secrets.encrypted import FOLDER, read_encrypted
from deployer.secrets.operators import operators
from deployer.secrets.recipients import Kind


@dataclass(frozen=True, kw_only=True)
class Opener:
    """One who can open a file."""

    kind: Kind
    identifier: str
    operator: str
    """What operators call it; empty for one of the community's own."""


def list_recipients(project: Project, communities: Sequence[str]) -> dict[str, list[Opener]]:
    """By community, of those that have files; of all when none is named."""
    known = operators(project)
    names = communities or sorted(path.stem for path in (project.root / FOLDER).glob("[!.]*.yaml"))
    files = ((name, read_encrypted(project, name)) for name in names)
    return {
        name: [Opener(kind=one.kind, identifier=one.identifier, operator=known.name_of(one)) for one in file.recipients]
        for name, file in files
        if file is not None
    }
