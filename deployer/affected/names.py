"""The files of communities and of what they share, by name."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from deployer.config.shared import ARCHETYPES
from deployer.project import Project


class Files:
    """What one side of a comparison has, as bytes; each file is read once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._read: dict[Path, bytes] = {}

    @cached_property
    def communities(self) -> frozenset[str]:
        return frozenset(self.project.community_names())

    @cached_property
    def clusters(self) -> frozenset[str]:
        return frozenset(self.project.cluster_names())

    @cached_property
    def archetypes(self) -> Path:
        """This side's own, where it brings the code along; else those of the code that runs."""
        own = self.project.root / "deployer" / "config" / ARCHETYPES.name
        return own if own.is_dir() else ARCHETYPES

    @cached_property
    def archetype_texts(self) -> dict[str, str]:
        """Content of each archetype, by name."""
        return {path.stem: path.read_text() for path in sorted(self.archetypes.glob("*.yaml"))}

    def community(self, name: str) -> bytes:
        """The content of a community's file; nothing where it cannot be read."""
        return self._content(self.project.communities / f"{name}.yaml")

    def cluster(self, name: str) -> bytes:
        """The same of a shared cluster's."""
        return self._content(self.project.clusters / f"{name}.yaml")

    def _content(self, path: Path) -> bytes:
        if path not in self._read:
            try:
                self._read[path] = path.read_bytes()
            except OSError:
                self._read[path] = b""
        return self._read[path]
