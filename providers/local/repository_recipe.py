"""From a repository's files to the environment that they ask for, in repo2docker's layout. Runs nothing of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from providers.engine.values import Fault
from providers.local.environment_cache import Recipe
from providers.local.repository_conda import read_conda

CONFIGURATION = ("binder", ".binder")
"""Folders whose files, where there is one, are looked at instead of those beside them."""
ONLY_IN_CONTAINERS = ("Dockerfile", "default.nix", "install.R", "DESCRIPTION", "Project.toml", "REQUIRE", "Pipfile")
NOT_HEEDED = ("apt.txt", "postBuild", "start", "setup.py")
"""Would change a machine that others work on, or an environment that others share."""
NAME = re.compile(r"^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[|[=<>!~;@]|$|\s)")
OWN = re.compile(r"^(-e\s+|--editable[= ])?\.(\[[\w,.-]+\])?/?$")


@dataclass
class Asked:
    """What the files ask for."""

    python_version: str | None = None
    lines: list[str] = field(default_factory=list)
    """Of a requirements file."""
    notes: list[str] = field(default_factory=list)
    """What people should know, in sentences."""


def read_repository(folder: Path) -> Asked:
    """Raises Fault for what this machine cannot give."""
    place = next((folder / name for name in CONFIGURATION if (folder / name).is_dir()), folder)
    unheard = [name for name in ONLY_IN_CONTAINERS if (place / name).is_file()]
    if unheard:
        raise Fault(
            f"the repository is built from its {unheard[0]}, which needs a container, and this machine has none",
            "it can be built by a hub on a cluster",
        )
    asked = Asked(notes=[f"{name} is not heeded on this machine" for name in NOT_HEEDED if (place / name).is_file()])
    _runtime(place / "runtime.txt", asked)
    conda = next((file for name in ("environment.yml", "environment.yaml") if (file := place / name).is_file()), None)
    if conda:
        found = read_conda(_text(conda), conda.name)
        asked.python_version = found.python_version or asked.python_version
        asked.lines += _own_lines(found.requirements, folder, folder)
    elif (place / "requirements.txt").is_file():
        asked.lines += _own_lines(_text(place / "requirements.txt").splitlines(), place, folder)
    elif (folder / "pyproject.toml").is_file():
        asked.lines.append(_project(folder))
    return asked


def recipe(asked: Asked, base: Recipe) -> Recipe:
    """The environment of an image with the repository's packages on top; what the repository names, it decides."""
    if not asked.lines:
        return Recipe(asked.python_version or base.python_version, base.requirements)
    own = {name for line in asked.lines if (name := named(line))}
    kept = [line for line in base.requirements.splitlines() if line[:1].strip() and named(line) not in own]
    return Recipe(asked.python_version or base.python_version, "\n".join([*kept, *asked.lines]) + "\n")


def named(line: str) -> str | None:
    """The package that a line of a requirements file is about, as indexes spell it."""
    found = NAME.match(line.strip())
    return re.sub(r"[-_.]+", "-", found[1]).lower() if found else None


def _runtime(file: Path, asked: Asked) -> None:
    if not file.is_file():
        return
    written = _text(file).strip()
    version = re.fullmatch(r"python-(3\.\d+)(\.\d+)?", written)
    if version is None:
        raise Fault(f"runtime.txt asks for {written!r}, and this machine has Python alone", "write e.g. python-3.12")
    asked.python_version = version[1]


def _own_lines(lines: Sequence[str], place: Path, folder: Path, depth: int = 0) -> Iterator[str]:
    """Lines with other files' in place, and the project itself by its full path."""
    for line in lines:
        written = line.strip()
        more = re.match(r"(?:-r|--requirement)[= ]\s*(\S+)", written)
        if more:
            file = (place / more[1]).resolve()
            if depth > 5 or not file.is_relative_to(folder.resolve()) or not file.is_file():
                raise Fault(f"the requirements name the file {more[1]!r}, which is not in the repository")
            yield from _own_lines(_text(file).splitlines(), file.parent, folder, depth + 1)
        elif OWN.match(written):
            yield _project(folder)
        elif written.startswith("-") and not written.startswith(("--index-url", "--extra-index-url")):
            raise Fault(f"the line {written!r} of the requirements has no meaning here", "name packages alone")
        elif re.match(r"(file:|\.{0,2}/)", written):
            raise Fault(f"the line {written!r} of the requirements is a file", "name packages alone")
        else:
            yield line


def _project(folder: Path) -> str:
    """The repository's own package, from where its files are: they make the environment one of this commit alone."""
    file = folder / "pyproject.toml"
    if not file.is_file():
        raise Fault("the repository is to be installed as a package, and has no pyproject.toml")
    try:
        document = tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as error:
        raise Fault(f"pyproject.toml is not TOML: {error}") from None
    project = document.get("project")
    name = project.get("name") if isinstance(project, dict) else None
    if not isinstance(name, str) or not NAME.match(name):
        raise Fault("pyproject.toml has no [project] with a name", "say what to install in a requirements.txt")
    return f"{name} @ {folder.as_uri()}"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"{file.name} cannot be read: {error}") from None
