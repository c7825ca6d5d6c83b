"""environment.yml without conda: what of it can be had as Python packages.

A conda environment may hold anything; a machine without conda has Python packages. Names are mostly the same in both
worlds. What has no meaning here is refused by name, and not left out: an environment that lacks something in silence is
found out in the middle of a lesson.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from providers.engine.values import Fault

OTHER_NAMES = {
    "dask-core": "dask",
    "matplotlib-base": "matplotlib",
    "pytorch": "torch",
    "python-graphviz": "graphviz",
    "py-xgboost": "xgboost",
}
"""Packages whose conda name is another package's, or nobody's, among Python packages."""
NEEDED_BY_CONDA = frozenset({"pip", "setuptools", "wheel"})
NOT_PYTHON = re.compile(
    r"^(r-.*|r|rpy2|lib.*|gcc.*|gxx.*|gfortran.*|clang.*|compilers|c-compiler|cxx-compiler|fortran-compiler|cudatoolkit.*"
    r"|cuda.*|nodejs|openjdk|julia|octave|git|make|cmake|gdal|proj|geos|ffmpeg|graphviz|texlive.*|pandoc|mamba|conda)$"
)
SPEC = re.compile(r"^(?:[\w./-]+::)?(?P<name>[A-Za-z0-9_][\w.-]*)\s*(?P<version>[=<>!~ ].*)?$")
EXACT = re.compile(r"^==?\s*(?P<version>[\w.+!*]+?)(?:\s*=\s*[\w.*]+)?$")


@dataclass
class CondaEnvironment:
    """What a file asks for, as this machine can give it."""

    python_version: str | None = None
    """Such as 3.11; None when any will do."""
    requirements: list[str] = field(default_factory=list)


def read_conda(text: str, file: str) -> CondaEnvironment:
    """Raises Fault, with all that cannot be had named."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Fault(f"{file} is not YAML: {' '.join(str(error).split())}") from None
    dependencies = document.get("dependencies") if isinstance(document, dict) else None
    if not isinstance(dependencies, list):
        raise Fault(f"{file} has no list of dependencies")
    made, refused = CondaEnvironment(), []
    for entry in dependencies:
        if isinstance(entry, Mapping):
            made.requirements += _pip(entry)
        elif not _add(made, str(entry)):
            refused.append(str(entry))
    if refused:
        raise Fault(
            f"{file} asks for what only conda has, and there is none on this machine: {', '.join(refused)}",
            "it can be built by a hub on a cluster",
        )
    return made


def _pip(entry: Mapping[str, Any]) -> Iterator[str]:
    for line in entry.get("pip") or ():
        yield str(line)


def _add(made: CondaEnvironment, entry: str) -> bool:
    """Take one entry in; False when it cannot be had."""
    spec = SPEC.match(entry.strip())
    if spec is None or NOT_PYTHON.match(spec["name"].lower()):
        return False
    name, version = spec["name"].lower(), (spec["version"] or "").strip()
    if name == "python":
        minor = re.search(r"3\.\d+", version)
        made.python_version = minor[0] if minor and not version.startswith((">", "<", "!")) else None
    elif name not in NEEDED_BY_CONDA:
        made.requirements.append(OTHER_NAMES.get(name, spec["name"]) + _version(version))
    return True


def _version(written: str) -> str:
    """conda's `=1.26` is any 1.26, and `1.26` after a space that one; a build behind it means nothing here."""
    if written[:1].isdigit():
        written = f"=={written.split()[0]}"
    exact = EXACT.match(written)
    if exact is None:
        return written.replace(" ", ",")
    version = exact["version"]
    if version.endswith("*"):
        return "" if version == "*" else f"=={version.rstrip('*').rstrip('.')}.*"
    return f"=={version}" if written.startswith("==") else f"=={version}.*"
