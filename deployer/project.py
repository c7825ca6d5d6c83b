"""The checkout that commands act on: where its files are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from deployer.errors import DeployerError


@dataclass(frozen=True)
class Project:
    """A checkout of this project or of a fork: the folder that holds Pulumi.yaml."""

    root: Path

    @property
    def communities(self) -> Path:
        return self.root / "communities"

    @property
    def clusters(self) -> Path:
        return self.root / "clusters"

    @property
    def images(self) -> Path:
        return self.root / "images"

    def community_names(self) -> tuple[str, ...]:
        """Of all communities that have a file, sorted."""
        return tuple(sorted(path.stem for path in yaml_files(self.communities)))

    def cluster_names(self) -> tuple[str, ...]:
        """Of all clusters that have a file of their own, sorted."""
        return tuple(sorted(path.stem for path in yaml_files(self.clusters)))

    def relative(self, path: Path) -> str:
        """How messages name a file: relative to where the person stands, as their shell would complete it."""
        try:
            return str(path.relative_to(Path.cwd()))
        except ValueError:
            return os.path.relpath(path) if path.is_relative_to(self.root) else str(path)


def yaml_files(folder: Path) -> list[Path]:
    """What a folder has, sorted; without hidden files: an editor's, such as Emacs' lock .#demo.yaml."""
    return sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("."))


def find_project(start: Path | None = None) -> Project:
    """The project around a folder (the current one by default).

    Raises DeployerError when neither it nor a folder above it holds Pulumi.yaml and communities/.
    """
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file() and (folder / "communities").is_dir():
            return Project(folder)
    raise DeployerError(
        f"{here} is not inside a checkout of the project: no folder up to / holds Pulumi.yaml and communities/",
        remedy="change into your checkout, or name it: deployer --project DIR …",
    )
