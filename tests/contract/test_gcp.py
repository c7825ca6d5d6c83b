"""What is Google Cloud's alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from components.clouds.gcp.names import SERVICE_ACCOUNT, fitted
from components.clouds.gcp.node_pool import ACCELERATORS
from components.machines.offers import offer
from providers.simulated.places import at
from tests.contract.conftest import NAME, Stack, asked, resources, stack_of

CLOUD = "gcp"
KEY = "projects/example-keys/locations/us-central1/keyRings/hubs/cryptoKeys/hubs"
FEW = {"budget": None, "github": None, "admin_principals": None}


def inputs(stack: Stack, kind: str, name: str) -> dict[str, Any]:
    """Of one resource."""
    (found,) = (
        one["inputs"]
        for one in resources(stack)
        if one["type"].endswith(f":{kind}") and one["urn"].endswith(f"::{name}")
    )
    return dict(found)


@pytest.mark.engine
def test_restricted_pinned_and_under_a_key_of_ones_own(strict_simulation: Any) -> None:
    site = {"project": "example-hubs", "zone": "us-central1-b", "kms_key": KEY}
    ranges = ["192.0.2.0/24", "198.51.100.7/32"]
    values = asked(CLOUD, gcp=site, api_allowed_cidrs=ranges, kubernetes_minor="1.33", **FEW)
    stack = stack_of(strict_simulation, values)
    made = stack.up()
    assert not made.failed, made.text

    cluster = inputs(stack, "Cluster", NAME)
    allowed = at(cluster, "masterAuthorizedNetworksConfig")
    assert [one["cidrBlock"] for one in allowed["cidrBlocks"]] == ranges
    assert allowed["gcpPublicCidrsAccessEnabled"] is False
    assert at(cluster, "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic") is False
    kubeconfig = json.loads(made.outputs["facts"]["kubeconfig"])
    assert kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"].startswith("LS0tLS1CRUdJTi")

    assert cluster["minMasterVersion"] == "1.33"
    (excluded,) = at(cluster, "maintenancePolicy.maintenanceExclusions")
    assert excluded["exclusionOptions"] == {"scope": "NO_MINOR_UPGRADES", "endTimeBehavior": "UNTIL_END_OF_SUPPORT"}

    assert cluster["databaseEncryption"] == {"state": "ENCRYPTED", "keyName": KEY}
    assert inputs(stack, "Disk", f"{NAME}-homes")["diskEncryptionKey"] == {"kmsKeySelfLink": KEY}
    assert inputs(stack, "NodePool", f"{NAME}-user")["nodeConfig"]["bootDiskKmsKey"] == KEY
    assert inputs(stack, "Repository", NAME)["kmsKeyName"] == KEY

    raised = stack_of(strict_simulation, {**values, "kubernetes_minor": "1.34"}).preview()
    assert ("update", NAME) in raised.changes
    pools = {f"{NAME}-{pool}" for pool in ("core", "dask", "gpu", "user")}
    assert {name for operation, name in raised.changes if operation == "create-replacement"} == pools


@pytest.mark.engine
def test_homes_on_filestore(strict_simulation: Any) -> None:
    storage = {"kind": "managed-nfs", "size_gib": 1024, "backup_keep_days": 0}
    values = asked(CLOUD, home_storage=storage, **FEW)
    stack = stack_of(strict_simulation, values)
    made = stack.up()
    assert not made.failed, made.text
    share = inputs(stack, "Instance", f"{NAME}-homes")
    assert at(share, "fileShares.nfsExportOptions[0].ipRanges") == ["10.0.0.0/20"]
    assert share["deletionProtectionEnabled"] is True
    homes = made.outputs["facts"]["homes"]
    assert homes["nfs_path"] == "/homes"
    assert homes["nfs_server"]

    grown = stack_of(strict_simulation, {**values, "home_storage": {**storage, "size_gib": 2048}})
    assert grown.up().changes == [("update", f"{NAME}-homes")]


def test_every_kind_of_gpu_in_the_catalogue_has_an_accelerator() -> None:
    assert set(ACCELERATORS) == set(offer(CLOUD).catalogue.gpu_kinds)


@pytest.mark.parametrize("name", ["a", "nodes-" + "x" * 24, "nodes-" + "x" * 25, "deployer-" + "long-" * 8])
def test_names_of_service_accounts_fit(name: str) -> None:
    short = fitted(name, SERVICE_ACCOUNT)
    assert len(short) <= SERVICE_ACCOUNT
    assert (short == name) == (len(name) <= SERVICE_ACCOUNT)
    assert fitted(name + "y" * 30, SERVICE_ACCOUNT) != fitted(name + "z" * 30, SERVICE_ACCOUNT)


def test_the_list_of_a_clouds_files_is_this_clouds() -> None:
    root = Path(__file__).parents[2]
    told = set(re.findall(r"`([a-z_]+\.(?:py|yaml))`", (root / "docs/new-cloud.md").read_text(encoding="utf-8")))
    there = {file.name for file in (root / f"components/clouds/{CLOUD}").iterdir() if file.is_file()}
    assert told == there
