"""A file of secrets as anybody sees it: names of keys, who can open it, and what was encrypted how."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from deployer.config.document import Document, Path
from deployer.config.load import read_document
from deployer.errors import BadInput
from deployer.project import Project
from deployer.secrets.recipients import Recipient, recipients_in

FOLDER = "secrets"
METADATA = "sops"
"""The key that sops adds."""
ENCRYPTED = re.compile(r"ENC\[AES256_GCM,data:[^,]*,iv:[^,]+,tag:[^,]+,type:(?P<type>[a-z]+)\]")
"""What sops writes in the place of a value."""
BOTH = "both"
NO_YAML = "it is not the YAML that sops writes (what stands there is not shown)"


def file_of(project: Project, community: str) -> FilePath:
    """Where a community's secrets are."""
    return project.root / FOLDER / f"{community}.yaml"


@dataclass(frozen=True)
class EncryptedFile:
    """A file of secrets without the secrets."""

    path: FilePath
    document: Document

    @property
    def label(self) -> str:
        """How messages name it."""
        return self.document.label

    @property
    def metadata(self) -> Mapping[str, Any] | None:
        """What sops keeps about it; None when sops never wrote it."""
        found = self.document.data.get(METADATA)
        return found if isinstance(found, dict) else None

    @cached_property
    def recipients(self) -> tuple[Recipient, ...]:
        """All who can open it."""
        return tuple(sorted(set(recipients_in(self.metadata or {}))))

    @property
    def content(self) -> dict[str, Any]:
        """All but what sops keeps about it."""
        return {key: value for key, value in self.document.data.items() if key != METADATA}

    def given(self, stage: str, *path: str) -> bool:
        """Whether a stage has something there, of its own or with the other one."""
        return any(_at(self.content.get(part), path) not in (None, "", {}) for part in (BOTH, stage))

    def stamp(self, stage: str) -> str | None:
        """Tells one content from another without opening it; None where the stage has nothing.

        Of what is encrypted, not of what it means: new data keys give a new one, and nobody can guess from it.
        """
        parts = [self.content.get(part) or {} for part in (BOTH, stage)]
        if not any(parts):
            return None
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def read_encrypted(project: Project, community: str, *, path: FilePath | None = None) -> EncryptedFile | None:
    """A community's file, None where it has none; `path` is where its text is, when that is elsewhere.

    Raises BadInput when it is no YAML mapping.
    """
    named = file_of(project, community)
    stands = path or named
    if not stands.is_file():
        return None
    try:
        return EncryptedFile(stands, read_document(stands, project.relative(named)))
    except BadInput as error:
        # Words about a text that is no YAML repeat some of it, and it may stand there in clear.
        remedy = "take it back from git, then change it by deployer secrets edit or set"
        raise BadInput(
            [replace(problem, path="", fault=NO_YAML, remedy=remedy) for problem in error.problems]
        ) from None


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every single value in plain data, and where it stands; empty lists and mappings are none."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from leaves(item, (*path, position))
    else:
        yield path, value


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
