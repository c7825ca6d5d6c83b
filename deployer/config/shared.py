"""What communities name rather than write out: clusters, images, archetypes. Each file is read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from deployer.config.checks import check_cluster
from deployer.config.document import Document, path_text
from deployer.config.image_folder import LeadsOutsideError, folder_digest
from deployer.config.load import read_document
from deployer.config.model_words import problems_of
from deployer.errors import BadInput, Place, Problem
from deployer.project import Project
from deployer.secrets.validation import SecretsJudge
from schemas.cluster import Cluster
from schemas.image import Image, ResolvedImage
from schemas.model import Model

ARCHETYPES = Path(__file__).with_name("archetypes")

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Shared(Generic[M]):
    """A file that communities name. Where it has no value, its problems say why."""

    document: Document | None = None
    value: M | None = None
    problems: tuple[Problem, ...] = ()


class Shelf:
    """The clusters, images and archetypes of a checkout, by name."""

    def __init__(self, project: Project, *, archetypes: Path = ARCHETYPES) -> None:
        self.project = project
        self._archetypes = archetypes
        self._clusters: dict[str, Shared[Cluster]] = {}
        self._images: dict[str, Shared[ResolvedImage]] = {}

    @cached_property
    def secrets(self) -> SecretsJudge:
        """What is wrong with files of secrets."""
        return SecretsJudge(self.project)

    @cached_property
    def cluster_names(self) -> tuple[str, ...]:
        return self.project.cluster_names()

    @cached_property
    def image_names(self) -> tuple[str, ...]:
        return tuple(sorted(file.parent.name for file in self.project.images.glob("*/image.yaml")))

    def cluster(self, name: str) -> Shared[Cluster]:
        """A file of `clusters/`, one of `cluster_names`."""
        if name not in self._clusters:
            self._clusters[name] = self._read_cluster(name)
        return self._clusters[name]

    def image(self, name: str) -> Shared[ResolvedImage]:
        """A folder of `images/`, one of `image_names`."""
        if name not in self._images:
            self._images[name] = self._read_image(name)
        return self._images[name]

    def archetype(self, name: str) -> Document:
        """An archetype's defaults."""
        return _archetype(self._archetypes, name)

    def problems(self) -> list[Problem]:
        """All that is wrong in any of these files, used or not."""
        clusters = [problem for name in self.cluster_names for problem in self.cluster(name).problems]
        return clusters + [problem for name in self.image_names for problem in self.image(name).problems]

    def _read_cluster(self, name: str) -> Shared[Cluster]:
        file = self.project.clusters / f"{name}.yaml"
        read = _read(file, self.project.relative(file), Cluster)
        if read.document is None or read.value is None:
            return read
        problems = [
            Problem(
                place=read.document.place(finding.path),
                path=path_text(finding.path),
                fault=finding.fault,
                remedy=finding.remedy,
            )
            for finding in check_cluster(name, read.value)
        ]
        return Shared(read.document, None if problems else read.value, tuple(problems))

    def _read_image(self, name: str) -> Shared[ResolvedImage]:
        folder = self.project.images / name
        label = self.project.relative(folder / "image.yaml")
        read = _read(folder / "image.yaml", label, Image)
        if read.value is None:
            return Shared(read.document, None, read.problems)
        try:
            digest = folder_digest(folder)
        except (LeadsOutsideError, OSError) as error:
            return Shared(read.document, None, (_unusable(folder, label, error),))
        relative = folder.relative_to(self.project.root).as_posix()
        resolved = ResolvedImage(name=name, folder=relative, digest=digest, **dict(read.value))
        return Shared(read.document, resolved)


@cache
def _archetype(folder: Path, name: str) -> Document:
    return read_document(folder / f"{name}.yaml", f"archetypes/{name}.yaml")


def _read(file: Path, label: str, model: type[M]) -> Shared[M]:
    """A file as a model, or its problems."""
    try:
        document = read_document(file, label)
    except BadInput as error:
        return Shared(problems=error.problems)
    try:
        return Shared(document, model.model_validate(document.data))
    except ValidationError as error:
        return Shared(document, None, problems_of(error, model, document))


def _unusable(folder: Path, label: str, error: LeadsOutsideError | OSError) -> Problem:
    if isinstance(error, LeadsOutsideError):
        fault = f"the link {error.link.relative_to(folder)} leads out of the image's folder"
        return Problem(place=Place(label), path="", fault=fault, remedy="put the file itself there")
    fault = f"the image's folder cannot be read: {error.filename}: {(error.strerror or '').lower()}"
    return Problem(place=Place(label), path="", fault=fault, remedy="mend the file, or remove it")
