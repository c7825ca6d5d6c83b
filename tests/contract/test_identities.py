"""What a killed engine was making is found under the id that its cloud's table foretells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import components.clouds
from components.clouds import cloud
from components.identities import FIELD
from providers.simulated.kinds import load
from providers.simulated.templates import Source, filled
from tests.contract.conftest import CLOUDS, Standing
from tests.contract.identities import DRAWN, assert_found_again

pytestmark = [pytest.mark.xdist_group("contract")]

STAND_INS = Path(import_module("providers.simulated").__file__ or "").parent
SDKS = {"azure": "azure_native"}


def kinds(provider: str) -> Mapping[str, Any]:
    """What stand-ins know of a cloud's types."""
    name = SDKS.get(provider, provider)
    return load(STAND_INS / name, name).kinds


def templates(provider: str) -> Mapping[str, str]:
    """The cloud's table."""
    found: Mapping[str, str] = import_module(f"components.clouds.{provider}.identities").IDENTITIES.templates
    return found


def made(provider: str) -> set[str]:
    """Types that are named in the folder of a cloud; a stand-in refuses those that it does not know."""
    (folder,) = components.clouds.__path__
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(folder, provider).glob("*.py")))
    names = {token: re.sub(r"^[\w-]+:(\w+)(?:/\w+)?:(\w+)$", r"\1.\2", token) for token in kinds(provider)}
    return {token for token, name in names.items() if re.search(rf"\b{re.escape(name)}\(", code)}


@pytest.mark.parametrize("provider", CLOUDS)
def test_of_every_type_it_is_decided_who_draws_the_id(provider: str) -> None:
    assert made(provider) == templates(provider).keys() | DRAWN[provider]
    assert not templates(provider).keys() & DRAWN[provider]


SETTINGS = {"project": "example-hubs", "subscriptionId": "0f1e", "allowedAccountIds": '["123456789012"]'}
FACTS = {"project": "example-hubs", "location": "europe-west4-a"}
ACCOUNTS = {"aws": "123456789012", "azure": "0f1e", "gcp": "example-hubs"}
OF_A_SHAPE = {
    "cluster": "projects/example-hubs/locations/europe-west4-a/clusters/demo",
    "repository": "projects/example-hubs/repositories/demo",
    "url": "https://token.example.org/path",
    "tag": {"key": "k8s.io/label"},
}


@pytest.mark.parametrize("provider", CLOUDS)
def test_ids_are_those_that_stand_ins_give(provider: str) -> None:
    source = {**FACTS, "account": ACCOUNTS[provider]}
    for kind, template in templates(provider).items():
        fields = {field["path"].partition(".")[0] for field in FIELD.finditer(template)} - SETTINGS.keys()
        inputs = {name: OF_A_SHAPE.get(name, f"some-{name}") for name in fields}
        told = filled(kinds(provider)[kind].id, Source(inputs, source, ""))
        assert cloud(provider).identity(kind, inputs, SETTINGS) == told, kind


@pytest.mark.engine
def test_what_a_cluster_and_a_hub_are_made_of_is_found_again(standing: Standing, hub_parts: list[Any]) -> None:
    found = assert_found_again(standing.cloud, standing.simulation.root / "state")
    there = {one["type"] for one in (*standing.resources, *hub_parts) if not one["type"].startswith("kubernetes:")}
    assert found == there - DRAWN[standing.cloud]
