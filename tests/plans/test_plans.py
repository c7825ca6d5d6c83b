"""YAML in, resources out, through the real engine's preview: each folder beside this file is a test."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.engine

HERE = Path(__file__).parent
CASES = [(expected.parent, expected.stem) for expected in sorted(HERE.glob("*/*.yaml")) if expected.stem != "community"]


@pytest.mark.parametrize(("case", "cloud"), CASES, ids=[f"{case.name}-{cloud}" for case, cloud in CASES])
def test_plan(case: Path, cloud: str, project: Any) -> None:
    community = yaml.safe_load((case / "community.yaml").read_text(encoding="utf-8"))["name"]
    shutil.copy(case / "community.yaml", project.root / f"communities/{community}.yaml")
    for name in ("clusters", "images"):
        if (case / name).is_dir():
            shutil.copytree(case / name, project.root / name, dirs_exist_ok=True)
    expected = yaml.safe_load((case / f"{cloud}.yaml").read_text(encoding="utf-8"))

    previewed = project.run("preview", community, "--json")

    assert previewed.code == 0, previewed.text
    found = {stack["part"]: _by_name(stack["resources"]) for stack in previewed.json["stacks"]}
    assert {part: sorted(resources) for part, resources in found.items()} == {
        part: sorted(resources) for part, resources in expected.items()
    }
    for part, resources in expected.items():
        for name, inputs in resources.items():
            assert _asked_for(found[part][name], inputs) == inputs, f"{part}: {name}"
    assert not (project.root / ".state").exists()
    assert not (project.root / ".local-cloud").exists()


def _by_name(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Inputs by `Kind name`; without components, which only group others."""
    return {
        f"{resource['type'].rpartition(':')[2]} {resource['name']}": resource["inputs"]
        for resource in resources
        if resource["custom"]
    }


def _asked_for(found: Any, expected: Any) -> Any:
    """Of what was found, as much as is expected."""
    if isinstance(found, dict) and isinstance(expected, dict):
        return {key: _asked_for(found.get(key), value) for key, value in expected.items()}
    return found
