"""What is made from the models is up to date, and the checkout's own files use it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from deployer.config.generated import stale_files
from deployer.config.jupyterhub_scopes import JUPYTERHUB_VERSION, OWN_ROLES, SCOPES
from deployer.config.load import read_document
from deployer.project import Project

CHECKOUT = Path(__file__).parents[3]
OWN_FILES = [
    *((file, "community", "..") for file in CHECKOUT.glob("communities/*.yaml")),
    *((file, "cluster", "..") for file in CHECKOUT.glob("clusters/*.yaml")),
    *((file, "image", "../..") for file in CHECKOUT.glob("images/*/image.yaml")),
    (CHECKOUT / "policy.yaml", "policy", "."),
]


def test_generated_files_are_up_to_date() -> None:
    assert list(stale_files(Project(CHECKOUT))) == [], "run: deployer schema"


@pytest.mark.parametrize("name", ["community", "cluster", "image", "policy"])
def test_schemas_are_schemas(name: str) -> None:
    schema = json.loads((CHECKOUT / "schemas" / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    for definition in (schema, *schema.get("$defs", {}).values()):
        assert definition.get("additionalProperties", False) is False
        assert definition["description"]
        for described in definition.get("properties", {}).values():
            assert "description" in described or "$ref" in described
            assert described["examples"]


@pytest.mark.parametrize(("file", "kind", "up"), OWN_FILES, ids=lambda value: str(getattr(value, "stem", value)))
def test_own_files_name_their_schema_and_follow_it(file: Path, kind: str, up: str) -> None:
    first = file.read_text().splitlines()[0]
    assert first == f"# yaml-language-server: $schema={up}/schemas/{kind}.schema.json"
    schema = json.loads((CHECKOUT / "schemas" / f"{kind}.schema.json").read_text())
    jsonschema.validate(read_document(file, file.name).data, schema, jsonschema.Draft202012Validator)


def test_scopes_are_those_of_jupyterhub() -> None:
    jupyterhub = pytest.importorskip("jupyterhub", reason="the hub's software is not in this environment")
    from jupyterhub.roles import get_default_roles
    from jupyterhub.scopes import scope_definitions

    assert jupyterhub.__version__ == JUPYTERHUB_VERSION
    assert scope_definitions.keys() - {"(no_scope)"} == SCOPES
    assert {role["name"] for role in get_default_roles()} == OWN_ROLES
