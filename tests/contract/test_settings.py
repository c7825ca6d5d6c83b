"""The settings that docs promise, one by one, as the engine was given them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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

# What a cluster and a hub that ask for the one thing do without, since it is for the other.
ASKED_FOR_ELSEWHERE = {
    *("filestore.Instance", "storage.FileShare"),
    *("efs.FileSystem", "efs.MountTarget", "ec2.SecurityGroup", "vpc.SecurityGroupIngressRule"),
    *("backup.Vault", "backup.Plan", "backup.Selection"),
    # The subscription's, where workflows deploy.
    "authorization.RoleDefinition",
    *("s3.BucketServerSideEncryptionConfiguration", "s3.BucketRequestPaymentConfiguration"),
}


class Setting(NamedTuple):
    """A row of the table."""

    cloud: str
    kind: str
    name: str | None
    engine: bool
    path: str
    value: Any

    def hold_against(self, resources: Sequence[dict[str, Any]]) -> None:
        """See that all that it is about have it."""
        named = (self.name,) if self.name else ()
        found = [
            one
            for one in resources
            if short(one) == self.kind and (not named or one["urn"].rpartition("::")[2] in named)
        ]
        assert found, f"there is no {self.kind} {self.name or ''}"
        for one in found:
            assert at(one if self.engine else one["inputs"], self.path) == self.value, one["urn"]


def settings_in(cloud: str, text: str) -> Iterator[Setting]:
    """Rows of the table of a cloud's settings."""
    for line in text.partition("## Settings that keep it safe")[2].partition("\n## ")[0].splitlines():
        if line.startswith("| `"):
            match = SETTING.fullmatch(line)
            assert match, f"not a row of the table: {line}"
            kind, name, engine, path, value, _ = match.groups()
            yield Setting(cloud, kind, name, bool(engine), path, yaml.safe_load(value))


def made_of(text: str) -> set[str]:
    """Resources in the table of what is made."""
    table = text.partition("## What is made")[2].partition("\n## ")[0]
    return {match[1] for line in table.splitlines() if (match := RESOURCE.match(line))}


def page(cloud: str) -> str:
    return (DOCS / f"clouds-{cloud}.md").read_text(encoding="utf-8")


SETTINGS = [row for cloud in CLOUDS for row in settings_in(cloud, page(cloud))]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda row: f"{row.kind}-{row.name or 'all'}-{row.path}")
def test_is_as_the_docs_say(setting: Setting, standing: Standing, hub_parts: list[dict[str, Any]]) -> None:
    setting.hold_against([*standing.resources, *hub_parts])


def test_every_resource_is_in_the_docs(standing: Standing, hub_parts: list[dict[str, Any]]) -> None:
    told = made_of(page(standing.cloud))
    # What runs in Kubernetes is the same on every cloud, and in docs/support.md.
    made = {short(one) for one in [*standing.resources, *hub_parts] if not one["type"].startswith("kubernetes:")}
    assert made <= told
    assert told - made <= ASKED_FOR_ELSEWHERE, "the table names what nobody makes"


def short(resource: dict[str, Any]) -> str:
    """`gcp:container/cluster:Cluster` as people say it: container.Cluster."""
    _, module, name = resource["type"].split(":")
    return f"{module.partition('/')[0]}.{name}"
