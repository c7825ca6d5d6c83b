"""Who pushes the images that a hub builds: somebody who may push to the cluster's registry, and nothing else."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from components.kubernetes_contract import IdentityArgs, Parts, Site
from tests.contract.conftest import Standing, resources

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("contract")]

GRANTED = {
    "gcp": ("RepositoryIamMember", "role"),
    "aws": ("RolePolicy", "policy"),
    "azure": ("RoleAssignment", "scope"),
}


def program(standing: Standing) -> Callable[[], None]:
    """The builder's identity alone, on the cluster that stands."""

    def declared() -> None:
        import pulumi

        parts: Parts = importlib.import_module(f"components.clouds.{standing.cloud}.parts").PARTS
        site = Site(**standing.facts["site"])
        provider = parts.provider("builds", site, {"managed-by": "hubs"}, None)
        args = IdentityArgs(
            site=site,
            oidc_issuer=standing.facts["oidc_issuer"],
            namespace="demo-prod",
            service_account="binder",
            push_to=pulumi.Output.from_input(standing.facts["registry"]["prefix"]),
        )
        made = parts.identity("demo-prod-builds", args, pulumi.ResourceOptions(provider=provider))
        pulumi.export("annotations", dict(made.contract_outputs.service_account_annotations))

    return declared


def test_it_may_push_to_the_clusters_registry_and_nothing_else(standing: Standing) -> None:
    stack = standing.simulation.stack("builds-prod", program(standing), {})
    made = stack.up()
    assert not made.failed, made.text
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
