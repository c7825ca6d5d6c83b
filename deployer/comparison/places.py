"""Places as everybody finds them: from the project's root, wherever the command was run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from deployer.errors import Place, Problem


def from_root(place: Place, root: Path) -> Place:
    """A place whose file is named from the root; one outside of it keeps its name."""
    file = Path(os.path.normpath(Path.cwd() / place.file))
    for folder in (root, root.resolve()):
        if file.is_relative_to(folder):
            return replace(place, file=file.relative_to(folder).as_posix())
    return place


def problems_from_root(problems: Iterable[Problem], root: Path) -> tuple[Problem, ...]:
    """The same of what is wrong."""
    return tuple(replace(problem, place=from_root(problem.place, root)) for problem in problems)
