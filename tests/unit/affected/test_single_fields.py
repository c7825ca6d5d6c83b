"""Whatever single field of an example is edited: exactly the stacks that resolve to something else are affected."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployer.affected.by_inputs import compare_inputs
from deployer.affected.comparing import Comparison
from deployer.config import Loaded, load_cluster, load_each
from deployer.errors import BadInput
from deployer.project import Project

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("everything", "stages", "anchors", "minimal")
FILES = (*(f"communities/{name}.yaml" for name in NAMES), "clusters/campus.yaml", "images/base/image.yaml")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fields") / "base"
    shutil.copytree(EXAMPLES / "project", folder)
    for name in NAMES:
        shutil.copy(EXAMPLES / "valid" / f"{name}.yaml", folder / "communities")
    return folder


def edits(data: Any) -> Iterator[Any]:
    """The data with one leaf taken away, and with one leaf changed, for each leaf."""
    for path, value in leaves(data, ()):
        yield changed(data, path, None)
        yield changed(data, path, other(value))


def leaves(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        if isinstance(item, dict | list) and item:
            yield from leaves(item, (*path, key))
        else:
            yield (*path, key), item


def changed(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    whole = deepcopy(data)
    place = whole
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return whole


def other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else f"{value}x"


def resolved(root: Path) -> dict[str, Any]:
    """Every stack's inputs in full, by loading everything; what is not sound counts by its words."""
    project = Project(root)
    names = sorted(path.stem for path in project.communities.glob("*.yaml"))
    found: dict[str, Any] = {}
    for name, each in load_each(project, names, among_others=False).items():
        if isinstance(each, Loaded):
            for deployment in each.deployments.values():
                found[deployment.stack] = deployment.model_dump(mode="json")
                if deployment.cluster_name == name:
                    found[deployment.cluster_stack] = deployment.cluster.model_dump(mode="json")
        else:
            found.update({f"{name}-{stage}": None for stage in ("staging", "prod")})
    for path in project.clusters.glob("*.yaml"):
        try:
            found[f"{path.stem}-cluster"] = load_cluster(project, path.stem).cluster.model_dump(mode="json")
        except BadInput:
            found[f"{path.stem}-cluster"] = None
    return found


@pytest.mark.parametrize("file", FILES)
def test_each_field(base: Path, tmp_path: Path, file: str) -> None:
    head = tmp_path / "head"
    shutil.copytree(base, head)
    before = resolved(base)
    data = yaml.safe_load((base / file).read_text(encoding="utf-8"))
    compared = 0
    for edit in edits(data):
        (head / file).write_text(yaml.safe_dump(edit, sort_keys=False), encoding="utf-8")
        after = resolved(head)
        broken = {stack for stack, inputs in after.items() if inputs is None}
        expected = {stack for stack, inputs in after.items() if inputs is not None and inputs != before.get(stack)}

        found = compare_inputs(Comparison(Project(base), Project(head), [file]))

        assert set(found.stacks) - broken == expected - broken, edit
        compared += bool(expected)
    assert compared > 0
