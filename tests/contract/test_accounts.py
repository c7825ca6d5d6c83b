"""Accounts of every cloud made ready for deploys, under the real engine against stand-ins, and taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from components.account_contract import AccountArgs
from components.clouds import cloud
from providers.simulated.places import at
from schemas.cluster import Cluster
from stacks.account import account_program
from tests.contract.conftest import CLOUDS, Standing, asked, resources
from tests.contract.test_settings import DOCS, Setting, made_of, settings_in, short
from tests.e2e.simulated.conftest import Outcome, Simulation, Stack, simulated

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("contract")]
TEXT = (DOCS / "bootstrap.md").read_text(encoding="utf-8")
HEADINGS = {"aws": "## Amazon Web Services", "azure": "## Azure", "gcp": "## Google Cloud"}
SIGN_IN = {
    "OpenIdConnectProvider",
    "WorkloadIdentityPool",
    "WorkloadIdentityPoolProvider",
    "FederatedIdentityCredential",
}


def told(provider: str) -> str:
    """What the docs say of a cloud's accounts."""
    return TEXT.partition(f"\n{HEADINGS[provider]}\n")[2].partition("\n## ")[0]


SETTINGS = [row for provider in CLOUDS for row in settings_in(provider, told(provider))]


def account(simulation: Simulation, provider: str, **changes: Any) -> Stack:
    """The stack of the account of the cluster that asks for everything."""
    cluster = Cluster.model_validate(asked(provider))
    args = AccountArgs(**{"cluster": cluster, "workflows": cluster.github, **changes})
    return simulation.stack("mine-account", account_program("mine", args), {})


def kinds_in(simulation: Simulation) -> list[str]:
    """Types of all that is in the clouds."""
    return sorted({path.parent.name.rpartition("_")[2] for path in simulation.world.glob("*/*/*/*/*.json")})


@dataclass(frozen=True)
class Ready:
    """An account that is ready, and what became of it."""

    cloud: str
    made: Outcome
    again: Outcome
    resources: list[dict[str, Any]]
    """As the state has them."""
    undone: Outcome
    left: list[str]
    """Types of what is still in the cloud after that."""
    adopted: Outcome
    adopted_again: Outcome

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.made.outputs["facts"]
        return facts

    def inputs(self, kind: str, name: str) -> dict[str, Any]:
        """Of one resource."""
        (found,) = (
            one["inputs"]
            for one in self.resources
            if one["type"].endswith(f":{kind}") and one["urn"].endswith(f"::{name}")
        )
        return dict(found)


@pytest.fixture(scope="session", params=CLOUDS)
def ready(request: pytest.FixtureRequest, tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """Made from nothing, once more, undone, and made again with what that left."""
    simulation = simulated(tmp_path_factory.mktemp(f"account-{request.param}"), tools, strict=True)
    stack = account(simulation, request.param)
    made, again = stack.up(), stack.up()
    assert not made.failed, made.text
    standing = resources(stack)
    account(simulation, request.param, protect=False).up()
    assert kinds_in(simulation)
    undone = stack.destroy()
    left = kinds_in(simulation)
    adopting = account(simulation, request.param, adopt=list(made.outputs["facts"]["kept"]))
    return Ready(request.param, made, again, standing, undone, left, adopting.up(), adopting.up())


def test_a_second_run_changes_nothing(ready: Ready) -> None:
    assert ready.made.changes
    assert ready.again.changes == []


def test_people_and_workflows_are_told_what_they_need(ready: Ready) -> None:
    facts = ready.facts
    assert set(facts["state"]) == {"backend_url", "secrets_provider"}
    place = cloud(ready.cloud).state_place(Cluster.model_validate(asked(ready.cloud)))
    assert place is not None
    assert (facts["account"], facts["state"]["backend_url"]) == (place.account, place.backend_url)
    assert set(facts["ci"]) == {"principal", "action", "settings"}
    assert all(facts["ci"]["settings"].values())


def test_an_undo_leaves_what_clouds_give_to_nobody_twice(ready: Ready) -> None:
    assert not ready.undone.failed, ready.undone.text
    assert ready.left == {
        "aws": [],
        "azure": ["Key", "ResourceGroup", "Vault"],
        "gcp": ["CryptoKey", "KeyRing", "WorkloadIdentityPool", "WorkloadIdentityPoolProvider"],
    }.get(ready.cloud, ["Key"])


def test_what_an_undo_left_is_used_again(ready: Ready) -> None:
    assert not ready.adopted.failed, ready.adopted.text
    assert ready.adopted_again.changes == []


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda row: f"{row.kind}-{row.name or 'all'}-{row.path}")
def test_is_as_the_docs_say(setting: Setting, ready: Ready) -> None:
    setting.hold_against(ready.resources)


def test_every_resource_is_in_the_docs(ready: Ready) -> None:
    assert {short(one) for one in ready.resources} == made_of(told(ready.cloud))


def test_the_deployer_gives_itself_nothing_more(ready: Ready) -> None:
    own = ready.facts["ci"]["principal"]
    match ready.cloud:
        case "gcp":
            given = ready.inputs("IAMMember", "hubs-deployer-grants")["condition"]["expression"]
            own_roles = {one["inputs"]["role"] for one in ready.resources if one["inputs"].get("member") == own}
            assert "roles/container.admin" in own_roles
            assert not [role for role in own_roles if f"'{role}'" in given]
        case "aws":
            statements = json.loads(ready.inputs("RolePolicy", "hubs-deployer")["policy"])["Statement"]
            denied = {tuple(one["Resource"]): one["Action"] for one in statements if one["Effect"] == "Deny"}
            assert {"iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"} <= set(denied[(own,)])
            assert not [one for one in statements if "iam:*" in one["Action"] or "*" in one["Action"]]
        case "azure":
            condition = ready.inputs("RoleAssignment", "hubs-deployer-grants")["condition"]
            assert condition.count(f"PrincipalId] ForAnyOfAllValues:GuidNotEquals {{{own}}}") == 2
        case other:
            pytest.fail(f"nobody said how {other} keeps the deployer from it")


def test_a_cluster_lets_the_deployer_in_and_has_none_of_its_own(standing: Standing) -> None:
    assert not {short(one).partition(".")[2] for one in standing.resources} & SIGN_IN
    assert "ci" not in standing.facts
    match standing.cloud:
        case "gcp":
            (grant,) = standing.of("IAMMember", "demo-nodes-deployer")
            member = "serviceAccount:hubs-deployer@example-hubs.iam.gserviceaccount.com"
            assert (grant["inputs"]["role"], grant["inputs"]["member"]) == ("roles/iam.serviceAccountUser", member)
        case "aws":
            (entry,) = standing.of("AccessEntry", "demo-deployer")
            assert entry["inputs"]["principalArn"] == "arn:aws:iam::123456789012:role/hubs-deployer"
        case "azure":
            assert not standing.of("RoleDefinition")
            (grant,) = standing.of("RoleAssignment", "demo-control-plane-things-of-account")
            assert grant["inputs"]["roleDefinitionId"].startswith("/subscriptions/")


@pytest.mark.parametrize("provider", CLOUDS)
def test_the_state_may_be_in_another_account(provider: str, simulation: Simulation) -> None:
    stack = account(simulation, provider, keeps_state=False)
    made = stack.up()
    assert not made.failed, made.text
    assert (made.outputs["facts"]["state"], bool(made.outputs["facts"]["ci"])) == (None, True)
    kinds = {short(one).partition(".")[2] for one in resources(stack)}
    assert not kinds & {"Bucket", "StorageAccount", "Key", "CryptoKey", "Vault"}
    assert kinds & SIGN_IN


def test_rights_on_the_state_are_on_its_bucket_and_key_alone(ready: Ready) -> None:
    if ready.cloud == "aws":
        statements = json.loads(ready.inputs("RolePolicy", "hubs-deployer")["policy"])["Statement"]
        (kept,) = (one for one in statements if one["Effect"] == "Deny" and "s3:DeleteObjectVersion" in one["Action"])
        assert kept["Resource"] == [f"arn:aws:s3:::123456789012-hubs-state{part}" for part in ("", "/*")]
    if ready.cloud == "azure":
        for role, kind in (("key-vault-crypto-user", "keys/state"), ("storage-blob-data-contributor", "hubsstate")):
            assert kind in at(ready.inputs("RoleAssignment", f"hubs-deployer-{role}"), "scope")
    if ready.cloud == "gcp":
        key = ready.inputs("CryptoKeyIAMMember", "hubs-deployer-state")
        assert key["cryptoKeyId"].endswith("/keyRings/hubs/cryptoKeys/state")
