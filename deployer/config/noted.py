"""Collects problems, each once, and gives findings their places."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import ValidationError

from deployer.config.checks import Finding
from deployer.config.document import Path
from deployer.config.explain import in_words
from deployer.config.layers import Layers
from deployer.config.model_words import faults
from deployer.errors import Problem
from schemas.model import Model

M = TypeVar("M", bound=Model)


class Noted:
    """The problems of one community file, in the order they were found."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}

    @property
    def problems(self) -> list[Problem]:
        """Without warnings of one stage that are errors of the other."""
        errors = {(each.place, each.fault) for each in self._problems if each.severity == "error"}
        return [each for each in self._problems if each.severity == "error" or (each.place, each.fault) not in errors]

    def add(self, problems: Iterable[Problem]) -> None:
        self._problems.update(dict.fromkeys(problems))

    def findings(self, findings: Iterable[Finding], layers: Layers) -> None:
        """Findings at the places where somebody can mend them."""
        for finding in findings:
            place, path = layers.locate(finding.path)
            fault = finding.fault if finding.other is None else _naming(finding.fault, finding.other, layers)
            self.add([Problem(place=place, path=path, fault=fault, remedy=finding.remedy, severity=finding.severity)])

    def validated(self, model: type[M], values: Any, at: Path, layers: Layers) -> M | None:
        """The values as a model; None when they are none, and then it is noted why.

        `at` is where in the deployment they stand.
        """
        try:
            return model.model_validate(values)
        except ValidationError as error:
            found = (Finding((*at, *path), fault, remedy) for path, fault, remedy in faults(error, model))
            self.findings(found, layers)
            return None


def _naming(fault: str, other: Path, layers: Layers) -> str:
    """The fault with the other part's path in its file, and where it stands or whose default it is."""
    place, path = layers.locate(other)
    origin = layers.origin(other)
    where = place if origin.kind in ("file", "cluster", "image") else in_words(origin)
    return fault.replace("{other}", f"{path} ({where})")
