"""Whatever people do to a file, they get problems with places, never a traceback; and what resolves stays resolved."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployer.config.document import Document
from deployer.config.load import parse
from deployer.config.resolve import resolve
from deployer.config.shared import Shelf
from deployer.errors import BadInput, Problem
from deployer.project import Project
from deployer.report.yaml_lines import yaml_text

EXAMPLES = Path(__file__).parents[2] / "examples"
VALID = {file.stem: file.read_text() for file in EXAMPLES.glob("valid/*.yaml")}
SHELF = Shelf(Project(EXAMPLES / "project"))

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["base", "user", "github", "all", "a-readwrite", "admins", "1", "staging", "{", "x" * 300]),
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)


def problems_of(text: str, name: str) -> list[Problem]:
    try:
        return resolve(parse(text, "it.yaml"), SHELF, name).problems
    except BadInput as error:
        return list(error.problems)


def assert_well_said(problems: list[Problem], text: str) -> None:
    lines = len(text.splitlines()) + 1  # YAML, too, ends lines at U+0085 and U+2028
    for problem in problems:
        assert 1 <= problem.place.line <= lines
        assert problem.place.column >= 1
        assert problem.fault
        assert "pydantic" not in str(problem)


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(spot for key, item in below for spot in spots(item, (*path, key)))]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(VALID)), where=st.randoms(use_true_random=False), value=values)
def test_any_value_anywhere(name: str, where: random.Random, value: Any) -> None:
    data = copy.deepcopy(parse(VALID[name], "it.yaml").data)
    *path, last = where.choice([spot for spot in spots(data) if spot])
    around: Any = data
    for key in path:
        around = around[key]
    around[last] = value
    text = yaml.safe_dump(data, allow_unicode=True)
    assert_well_said(problems_of(text, name), text)


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(sorted(VALID)),
    at=st.floats(0, 1),
    removed=st.integers(0, 12),
    typed=st.text(st.sampled_from(" \t\n:-#&*!|>'\"%@`{}[],?~ab0\u00e9\u2028\ufeff\x85"), max_size=6),
)
def test_any_slip_of_the_hand(name: str, at: float, removed: int, typed: str) -> None:
    whole = VALID[name]
    start = int(at * len(whole))
    text = whole[:start] + typed + whole[start + removed :]
    assert_well_said(problems_of(text, name), text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    assert_well_said(problems_of(text, "any"), text)


@pytest.mark.parametrize("name", sorted(VALID))
def test_what_is_resolved_resolves_to_itself(name: str) -> None:
    document = parse(VALID[name], "it.yaml")
    for stage, deployment in resolve(document, SHELF, name).deployments.items():
        shown = parse(yaml_text(deployment.model_dump(mode="json")), "shown").data
        again = {key: shown[key] for key in ("title", "archetype", "contacts", "cluster", "hub")} | {"name": name}
        if document.data["cluster"] == shown["cluster_name"]:
            again["cluster"] = shown["cluster_name"]
        # As written: nothing is derived any more.
        again["stages"] = {"staging": {"hub": {"domain": shown["hub"]["domain"]}}}
        resolved = resolve(written(again), SHELF, name)
        assert [problem for problem in resolved.problems if problem.severity == "error"] == []
        for key, value in deployment:
            if key != "stage":
                assert getattr(resolved.deployments[stage], key) == value


def written(data: dict[str, Any]) -> Document:
    return parse(yaml_text(data), "again")
