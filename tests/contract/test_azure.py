"""What is Azure's alone."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import yaml

from components.clouds.azure import CLOUD as AZURE
from components.clouds.azure import names, registry, roles
from components.clouds.azure.budget import first_of_month
from components.clouds.azure.ci_identity import DEPLOYS, GRANTED, only_to_others
from components.clouds.azure.identity import container_id
from components.clouds.azure.regions import regions
from components.kubernetes_contract import Site
from providers.simulated.places import at
from providers.simulated.sdk import Sdk
from schemas.cluster import Cluster
from tests.contract.conftest import NAME, asked, resources, stack_of
from tests.e2e.simulated.conftest import Stack

CLOUD = "azure"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
KEY = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/keys/providers/Microsoft.Compute/diskEncryptionSets/hubs"
SITE = Site(account=SUBSCRIPTION, region="eastus", zone="1", group="hubs-demo")
PLACE = {"subscription_id": SUBSCRIPTION, "location": "eastus", "zone": "1"}
FEW = {"budget": None, "github": None, "admin_principals": None, "support": None}


def inputs(stack: Stack, kind: str, name: str) -> dict[str, Any]:
    """Of one resource."""
    (found,) = (
        one["inputs"]
        for one in resources(stack)
        if one["type"].endswith(f":{kind}") and one["urn"].endswith(f"::{name}")
    )
    return dict(found)


def refused(**changes: Any) -> dict[str, str]:
    """Path and fault of all that Azure refuses of the cluster that asks for everything, changed."""
    cluster = Cluster.model_validate(asked(CLOUD, **changes))
    found = AZURE.cluster_refusals(NAME, cluster)
    return {".".join(map(str, refusal.path)): f"{refusal.fault}; {refusal.remedy}" for refusal in found}


@pytest.mark.engine
def test_restricted_pinned_and_homes_on_azure_files(strict_simulation: Any) -> None:
    ranges = ["192.0.2.0/24", "198.51.100.7/32"]
    storage = {"kind": "managed-nfs", "size_gib": 1024, "backup_keep_days": 0}
    site = {**PLACE, "resource_group": "rg-elsewhere"}
    values = asked(CLOUD, azure=site, api_allowed_cidrs=ranges, kubernetes_minor="1.33", home_storage=storage, **FEW)
    stack = stack_of(strict_simulation, values)
    made = stack.up()
    assert not made.failed, made.text
    facts = made.outputs["facts"]

    cluster = inputs(stack, "ManagedCluster", NAME)
    assert cluster["resourceGroupName"] == "rg-elsewhere"
    own = [f"{address}/32" for address in facts["egress_ips"]]
    assert at(cluster, "apiServerAccessProfile.authorizedIPRanges") == [*ranges, *own]
    assert (cluster["kubernetesVersion"], at(cluster, "autoUpgradeProfile.upgradeChannel")) == ("1.33", "patch")
    assert at(cluster, "agentPoolProfiles[0].orchestratorVersion") == "1.33"

    # Without workflows the role that attaches is the cluster's own.
    attaching = inputs(stack, "RoleDefinition", f"{NAME}-attach")
    assert not [action for action in at(attaching, "permissions[0].actions") if action.endswith("/delete")]

    account = inputs(stack, "StorageAccount", f"{NAME}-homes")
    assert account["networkRuleSet"]["defaultAction"] == "Deny"
    (rule,) = account["networkRuleSet"]["virtualNetworkRules"]
    assert rule["virtualNetworkResourceId"].endswith(f"/virtualNetworks/{NAME}/subnets/nodes")
    share = inputs(stack, "FileShare", f"{NAME}-homes")
    assert (share["enabledProtocols"], share["shareQuota"]) == ("NFS", 1024)
    homes = facts["homes"]
    assert homes["nfs_path"] == f"/{account['accountName']}/homes"
    assert homes["nfs_server"] == f"{account['accountName']}.file.core.windows.net"

    grown = stack_of(strict_simulation, {**values, "home_storage": {**storage, "size_gib": 2048}})
    assert grown.up().changes == [("update", f"{NAME}-homes")]
    raised = stack_of(strict_simulation, {**values, "kubernetes_minor": "1.34"}).preview()
    assert ("update", NAME) in raised.changes
    pools = {f"{NAME}-{pool}" for pool in ("core", "dask", "gpu", "user")}
    assert {name for operation, name in raised.changes if operation == "create-replacement"} == pools


@pytest.mark.engine
def test_everything_has_the_labels_for_the_bill_and_the_first_node_stays(strict_simulation: Any) -> None:
    values = asked(CLOUD, **FEW)
    stack = stack_of(strict_simulation, values)
    made = stack.up()
    assert not made.failed, made.text
    sdk = Sdk("azure-native")
    for one in resources(stack):
        shape = sdk.shape(one["type"]) if one["type"].startswith("azure-native:") else None
        if shape is not None and "tags" in shape.inputs:
            assert one["inputs"]["tags"] == {"managed-by": "hubs", "hubs-cluster": NAME}, one["urn"]
    # The first node counts as one of the two that Microsoft asks for.
    core = inputs(stack, "AgentPool", f"{NAME}-core")
    assert (core["minCount"], core["mode"], core["vmSize"]) == (1, "System", "Standard_D4as_v5")
    first = at(inputs(stack, "ManagedCluster", NAME), "agentPoolProfiles[0]")
    assert (first["count"], first["mode"], first["vmSize"]) == (1, "System", core["vmSize"])

    # Another machine for the core pool is another pool; the cluster with its first node stays as it is.
    larger = {**values, "node_pools": {**values["node_pools"], "hubs": {"role": "core", "cpu": 16, "memory_gib": 64}}}
    changed = stack_of(strict_simulation, larger).preview()
    assert (changed.of("create"), changed.of("delete")) == ({f"{NAME}-hubs"}, {f"{NAME}-core"})
    assert changed.of("update") == set()


def test_a_key_of_ones_own_is_asked_for_where_it_is() -> None:
    site = AZURE.site(Cluster.model_validate(asked(CLOUD, azure={**PLACE, "disk_encryption_set": KEY})))
    assert site is not None
    assert site.kms_key_id == KEY


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"azure": {**PLACE, "location": "estus"}}, "azure.location", "did you mean 'eastus'?"),
        ({"azure": {**PLACE, "location": "westus"}}, "azure.location", "westus has no zones"),
        (
            {"azure": {**PLACE, "disk_encryption_set": KEY.replace("0/", "1/")}},
            "azure.disk_encryption_set",
            "another sub",
        ),
        (
            {"node_pools": {"user": {"cpu": 4, "memory_gib": 8, "gpu": {"kind": "l4"}}}},
            "node_pools.user.gpu.kind",
            "l4",
        ),
        (
            {"node_pools": {"user": {"cpu": 2, "memory_gib": 8, "machine_type": "Standard_D4s_v6"}}},
            "node_pools.user.machine_type",
            "did you mean 'Standard_D4s_v5'?",
        ),
        (
            {"node_pools": {"hubs": {"role": "core", "cpu": 2, "memory_gib": 8, "machine_type": "Standard_E2s_v5"}}},
            "node_pools.hubs.machine_type",
            "has 2 cores, and AKS wants 4",
        ),
        (
            {"node_pools": {"user": {"cpu": 4, "memory_gib": 8, "disk_gib": 20}}},
            "node_pools.user.disk_gib",
            "30 to 2048",
        ),
        ({"network": {"cidr": "10.0.0.0/27"}}, "network.cidr", "room for 27 nodes"),
        ({"network": {"pod_cidr": "10.4.0.0/21"}}, "network.pod_cidr", "room for 8 nodes"),
        ({"network": {"service_cidr": "10.16.0.0/12"}}, "network.service_cidr", "smaller than /12"),
        ({"home_storage": {"size_gib": 33000}}, "home_storage.size_gib", "10 to 32767"),
        ({"home_storage": {"kind": "managed-nfs", "size_gib": 50}}, "home_storage.size_gib", "100 to 102400"),
        ({"home_storage": {"kind": "managed-nfs", "size_gib": 500}}, "home_storage.backup_keep_days", "no NFS shares"),
        ({"log_retention_days": 7}, "log_retention_days", "30 to 730"),
        ({"budget": {"notify": ["hubs@example.org"]}}, "budget", "add usd_per_month"),
        ({"admin_principals": ["hubs@example.org"]}, "admin_principals.0", "nobody in Azure's notation"),
    ],
)
def test_what_azure_does_not_have_is_refused(changes: dict[str, Any], path: str, words: str) -> None:
    found = refused(**changes)
    assert words in found[path], found


def test_the_cluster_that_asks_for_everything_is_refused_nothing() -> None:
    assert refused() == {}
    (said,) = AZURE.cluster_refusals("x" * 64, Cluster.model_validate(asked(CLOUD)))
    assert "has 64 characters, and Azure allows a cluster 63" in said.fault


@pytest.mark.parametrize(
    ("field", "value", "had"),
    [
        ("subscription_id", SUBSCRIPTION.replace("0-", "1-"), SUBSCRIPTION),
        ("location", "westeurope", "eastus"),
        ("zone", "2", "1"),
        ("resource_group", "rg-other", "hubs-demo"),
        ("disk_encryption_set", KEY, "keep the key"),
    ],
)
def test_a_standing_cluster_stays_where_it_is(field: str, value: str, had: str) -> None:
    facts = {"site": asdict(SITE)}
    here = Cluster.model_validate(asked(CLOUD))
    assert list(AZURE.site_refusals(facts, here)) == []
    there = Cluster.model_validate(asked(CLOUD, azure={**PLACE, field: value}))
    (said,) = AZURE.site_refusals(facts, there)
    assert said.path == ("azure", field)
    assert had in said.fault


@pytest.mark.parametrize("name", ["homes", "a-name-with-dashes-that-is-much-too-long-for-an-account"])
def test_names_that_all_the_world_shares_fit_and_are_ones_own(name: str) -> None:
    account = names.world_name(name, SITE, names.STORAGE_ACCOUNT)
    assert re.fullmatch(r"[a-z0-9]{3,24}", account)
    assert account == names.world_name(name, SITE, names.STORAGE_ACCOUNT)
    assert account != names.world_name(name, replace(SITE, account=SUBSCRIPTION.replace("0-", "1-")), 24)
    assert account != names.world_name(name + "y", SITE, names.STORAGE_ACCOUNT)


def test_names_of_pools_fit_and_change_with_their_nodes() -> None:
    first, other = names.pool_name("a" * 11, {"machine": "x"}), names.pool_name("a" * 11, {"machine": "y"})
    assert first != other
    assert first != names.pool_name("a" * 10 + "b", {"machine": "x"})
    assert all(re.fullmatch(r"[a-z][a-z0-9]{0,11}", name) for name in (first, other))


def test_untagged_images_go_and_no_others() -> None:
    task = yaml.safe_load(registry.cleaning(30))
    (step,) = task["steps"]
    assert step["cmd"] == "acr purge --untagged-only --filter '.*:.*' --ago 30d"
    assert yaml.safe_load(b64decode(registry.encoded(registry.cleaning(30)))) == task


def test_the_deployer_gives_no_role_of_its_own() -> None:
    assert not set(DEPLOYS) & set(GRANTED)
    assert "Role Based Access Control Administrator" not in GRANTED
    expression = only_to_others([roles.ROLES[role] for role in GRANTED], SUBSCRIPTION)
    assert (expression.count("GuidEquals"), expression.count("GuidNotEquals")) == (2, 2)
    assert expression.count("(") == expression.count(")")
    assert roles.ROLES["Contributor"] not in expression
    assert all(str(UUID(role)) == role for role in roles.ROLES.values())


def test_a_budget_begins_with_its_month_and_a_region_is_listed_once() -> None:
    assert first_of_month(datetime(2026, 2, 28, 23, tzinfo=UTC)) == "2026-02-01T00:00:00Z"
    assert not set(regions().with_zones) & set(regions().without_zones)


def test_a_grant_is_on_one_container() -> None:
    assert container_id(names.group_id(SITE), "account/data") == (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/hubs-demo/providers/Microsoft.Storage/storageAccounts/account"
        "/blobServices/default/containers/data"
    )
