"""The workflows and actions of `.github/`, read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
GITHUB = ROOT / ".github"


def workflows() -> dict[str, dict[Any, Any]]:
    """Each workflow by its file's name; `on` is True there, as YAML 1.1 has it."""
    return {path.name: yaml.safe_load(path.read_text()) for path in sorted((GITHUB / "workflows").glob("*.yaml"))}


def actions() -> dict[str, dict[str, Any]]:
    """Each composite action by its folder's name."""
    return {path.parent.name: yaml.safe_load(path.read_text()) for path in sorted(GITHUB.glob("actions/*/action.yml"))}


@dataclass(frozen=True)
class Step:
    """One step, and where it is."""

    place: str
    content: dict[str, Any]

    @property
    def run(self) -> str:
        """Its command in one line, without comments; empty for a step that runs none."""
        lines = (line.strip() for line in str(self.content.get("run", "")).splitlines())
        return " ".join(line for line in lines if line and not line.startswith("#"))


def steps() -> Iterator[Step]:
    """Every step of every workflow and action."""
    for name, workflow in workflows().items():
        for job, content in workflow["jobs"].items():
            for step in content.get("steps", ()):
                yield Step(f"{name}: {job}", step)
    for name, action in actions().items():
        for step in action["runs"]["steps"]:
            yield Step(name, step)


def uses() -> Iterator[str]:
    """Every action of others that is used."""
    for step in steps():
        used = step.content.get("uses", "")
        if used and not used.startswith("./"):
            yield used
