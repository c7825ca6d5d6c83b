"""Who pushes the images that a hub builds: somebody who may push to the cluster's registry, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.conftest import Standing, resources
from tests.contract.test_places import Place

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("contract")]

GRANTED = {
    "gcp": ("RepositoryIamMember", "role"),
    "aws": ("RolePolicy", "policy"),
    "azure": ("RoleAssignment", "scope"),
}


HUB: dict[str, Any] = {"domain": "hub.wreck.example.org", "home": {"type": "none"}, "binder": True}


def test_it_may_push_to_the_clusters_registry_and_nothing_else(standing: Standing) -> None:
    stack = Place(standing, "wreck").stack(HUB)
    made = stack.up()
    assert not made.failed, made.text
    lent = json.dumps([one["inputs"] for one in resources(stack) if not one["type"].startswith("kubernetes:")])
    assert "wreck-prod-builds" in lent, "the cloud knows it by its namespace"
    kind, field = GRANTED[standing.cloud]
    found = [one["inputs"] for one in resources(stack) if one["type"].rpartition(":")[2].lower() == kind.lower()]
    assert len(found) == 1
    prefix = standing.facts["registry"]["prefix"]
    if standing.cloud == "gcp":
        assert found[0][field] == "roles/artifactregistry.writer"
        assert f"{found[0]['location']}-docker.pkg.dev/{found[0]['project']}/{found[0]['repository']}" == prefix
    elif standing.cloud == "aws":
        rules = json.loads(found[0][field])["Statement"]
        assert [rule["Resource"] for rule in rules] == [
            "*",
            f"arn:aws:ecr:{prefix.split('.')[3]}:{prefix.split('.')[0]}:repository/{Path(prefix).name}/*",
        ]
        assert rules[0]["Action"] == "ecr:GetAuthorizationToken"
    else:
        registry = next(one for one in standing.resources if one["type"].endswith(":Registry"))
        assert found[0][field] == registry["id"]
