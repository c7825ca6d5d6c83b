"""The settings that docs promise, one by one, as the engine was given them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from providers.simulated.places import at
from tests.contract.conftest import CLOUDS, Standing

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("contract")]
DOCS = Path(__file__).parents[2] / "docs"
SETTING = re.compile(r"^\| `([\w.]+)`(?: of ([\w.-]+))? \| (\(engine\) )?`([^`]+)` \| `([^`]+)` \| (.+) \|$")
RESOURCE = re.compile(r"^\| `([\w]+\.[\w]+)` \| [^|`(]")


class Setting(NamedTuple):
    """A row of the table."""

    cloud: str
    kind: str
    name: str | None
    engine: bool
    path: str
    value: Any


def rows(cloud: str) -> Iterator[Setting]:
    text = (DOCS / f"clouds-{cloud}.md").read_text(encoding="utf-8")
    for line in text.partition("## Settings that keep it safe")[2].partition("\n## ")[0].splitlines():
        if line.startswith("| `"):
            match = SETTING.fullmatch(line)
            assert match, f"not a row of the table: {line}"
            kind, name, engine, path, value, _ = match.groups()
            yield Setting(cloud, kind, name, bool(engine), path, yaml.safe_load(value))


SETTINGS = [row for cloud in CLOUDS for row in rows(cloud)]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda row: f"{row.kind}-{row.name or 'all'}-{row.path}")
def test_is_as_the_docs_say(setting: Setting, standing: Standing, hub_parts: list[dict[str, Any]]) -> None:
    if setting.cloud != standing.cloud:
        pytest.skip("a row of another cloud's table")
    named = (setting.name,) if setting.name else ()
    found = [
        one
        for one in [*standing.resources, *hub_parts]
        if short(one) == setting.kind and (not named or one["urn"].rpartition("::")[2] in named)
    ]
    assert found, f"there is no {setting.kind} {setting.name or ''}"
    for one in found:
        assert at(one if setting.engine else one["inputs"], setting.path) == setting.value, one["urn"]


def test_every_resource_is_in_the_docs(standing: Standing, hub_parts: list[dict[str, Any]]) -> None:
    text = (DOCS / f"clouds-{standing.cloud}.md").read_text(encoding="utf-8")
    table = text.partition("## What is made")[2].partition("\n## ")[0]
    told = {match[1] for line in table.splitlines() if (match := RESOURCE.match(line))}
    made = {short(one) for one in [*standing.resources, *hub_parts]}
    assert made <= told
    assert told - made <= {"filestore.Instance"}, "the table names what nobody makes"


def short(resource: dict[str, Any]) -> str:
    """`gcp:container/cluster:Cluster` as people say it: container.Cluster."""
    _, module, name = resource["type"].split(":")
    return f"{module.partition('/')[0]}.{name}"
