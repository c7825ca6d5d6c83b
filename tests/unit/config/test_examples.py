"""Each file of tests/examples says what must be said of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from deployer.config import load_fleet
from deployer.config.load import parse
from deployer.errors import BadInput
from deployer.project import Project

EXAMPLES = Path(__file__).parents[2] / "examples"
SCHEMAS = Path(__file__).parents[3] / "schemas"
FILES = sorted([*EXAMPLES.glob("valid/*.yaml"), *EXAMPLES.glob("invalid/*.yaml")])
EXPECT = "# expect: "
SCHEMA_REFUSES = "# schema: refuses"

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")


@each_file
def test_says_what_it_expects(file: Path, examples_project: Project) -> None:
    fleet = load_fleet(examples_project, [str(file)])
    said = sorted(fleet.problems + fleet.warnings, key=lambda problem: (problem.place, problem.path))
    expected = [line.removeprefix(EXPECT) for line in file.read_text().splitlines() if line.startswith(EXPECT)]
    assert [str(problem).removeprefix(f"{problem.place.file}:") for problem in said] == expected
    assert bool(fleet.problems) == (file.parent.name == "invalid")


@each_file
def test_editors_agree(file: Path) -> None:
    try:
        data = parse(file.read_text(), file.name).data
    except BadInput:
        return  # an editor shows what is not YAML without our schema
    refused = [error.message for error in _validator().iter_errors(data)]
    assert bool(refused) == (SCHEMA_REFUSES in file.read_text().splitlines()), refused


def test_every_kind_of_bad_input_has_an_example() -> None:
    assert len(list(EXAMPLES.glob("invalid/*.yaml"))) > 50
    assert len(list(EXAMPLES.glob("valid/*.yaml"))) > 10


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((SCHEMAS / "community.schema.json").read_text())
    return jsonschema.Draft202012Validator(schema)
