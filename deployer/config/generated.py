"""Files of the checkout that are made from the models, and whether they are up to date."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deployer.config.json_schema import schema_files
from deployer.config.reference import reference
from deployer.project import Project


def generated_files(project: Project) -> Mapping[Path, str]:
    """Every generated file and what should stand in it."""
    schemas = {project.root / "schemas" / name: text for name, text in schema_files().items()}
    return {**schemas, project.root / "docs" / "community-file.md": reference()}


def stale_files(project: Project) -> dict[Path, str]:
    """Those that are missing or differ, with what should stand in them."""
    return {
        file: text
        for file, text in generated_files(project).items()
        if not file.is_file() or file.read_text(encoding="utf-8") != text
    }


def write_generated(project: Project) -> list[Path]:
    """Bring them up to date; returns those that were not."""
    stale = stale_files(project)
    for file, text in stale.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return list(stale)
