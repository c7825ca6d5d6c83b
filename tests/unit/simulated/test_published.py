"""Values against the clouds' published API models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from providers.simulated.published.models import PublishedModels, normalised

CASES: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("aws", "aws:eks/nodeGroup:NodeGroup", {"instanceTypes": ["r5.xlarg"]}, "instanceTypes[0]", "'r5.xlarge'"),
    ("aws", "aws:eks/nodeGroup:NodeGroup", {"taints": [{"key": "k" * 64}]}, "taints[0].key", "more than 63"),
    ("aws", "aws:eks/nodeGroup:NodeGroup", {"scalingConfig": {"minSize": -1}}, "scalingConfig.minSize", "less than 0"),
    (
        "aws",
        "aws:eks/cluster:Cluster",
        {"upgradePolicy": {"supportType": "STANDARDD"}},
        "upgradePolicy.supportType",
        "'STANDARD'",
    ),
    ("aws", "aws:eks/cluster:Cluster", {"name": "a b"}, "name", "does not fit"),
    (
        "aws",
        "aws:ec2/launchTemplate:LaunchTemplate",
        {"metadataOptions": {"httpTokens": "yes"}},
        "metadataOptions.httpTokens",
        "required",
    ),
    ("aws", "aws:ebs/volume:Volume", {"type": "gp9"}, "type", "'gp3'"),
    ("aws", "aws:route53/record:Record", {"type": "AAAAA"}, "type", "'AAAA'"),
    ("aws", "aws:kms/alias:Alias", {"name": "alias/not this!"}, "name", "does not fit"),
    ("gcp", "gcp:dns/managedZone:ManagedZone", {"visibility": "publc"}, "visibility", "'public'"),
    (
        "gcp",
        "gcp:billing/budget:Budget",
        {"thresholdRules": [{"spendBasis": "CURRENT"}]},
        "thresholdRules[0].spendBasis",
        "CURRENT_SPEND",
    ),
    (
        "azure_native",
        "azure-native:compute:Disk",
        {"sku": {"name": "StandardSSD_LSR"}},
        "sku.name",
        "'StandardSSD_LRS'",
    ),
    ("azure_native", "azure-native:consumption:Budget", {"timeGrain": "Montly"}, "timeGrain", "'Monthly'"),
    (
        "azure_native",
        "azure-native:keyvault:Vault",
        {"properties": {"sku": {"name": "standrd"}}},
        "properties.sku.name",
        "'standard'",
    ),
    (
        "azure_native",
        "azure-native:operationalinsights:Workspace",
        {"sku": {"name": "PerGB2019"}},
        "sku.name",
        "'PerGB2018'",
    ),
    ("aws", "aws:iam/role:Role", {"maxSessionDuration": 10}, "maxSessionDuration", "less than 3600"),
    (
        "aws",
        "aws:ecr/repository:Repository",
        {"encryptionConfigurations": [{"encryptionType": "KMSS"}]},
        "encryptionConfigurations[0].encryptionType",
        "'KMS'",
    ),
    ("aws", "pulumi:providers:aws", {"region": "us-wst-2"}, "region", "'us-west-2'"),
    (
        "gcp",
        "gcp:container/cluster:Cluster",
        {"datapathProvider": "ADVANCED"},
        "datapathProvider",
        "'ADVANCED_DATAPATH'",
    ),
    (
        "gcp",
        "gcp:container/cluster:Cluster",
        {"loggingConfig": {"enableComponents": ["SYSTEM"]}},
        "loggingConfig.enableComponents[0]",
        "SYSTEM_COMPONENTS",
    ),
    (
        "gcp",
        "gcp:container/nodePool:NodePool",
        {"nodeConfig": {"taints": [{"effect": "NoSchedule"}]}},
        "nodeConfig.taints[0].effect",
        "NO_SCHEDULE",
    ),
    (
        "gcp",
        "gcp:container/nodePool:NodePool",
        {"nodeConfig": {"machineType": "n2-highmem-5"}},
        "nodeConfig.machineType",
        "'n2-highmem-4'",
    ),
    (
        "gcp",
        "gcp:artifactregistry/repository:Repository",
        {"cleanupPolicies": [{"action": "DELETED"}]},
        "cleanupPolicies[0].action",
        "'DELETE'",
    ),
    ("gcp", "gcp:compute/network:Network", {"name": "Net"}, "name", "does not fit"),
    (
        "azure_native",
        "azure-native:containerservice:AgentPool",
        {"osDiskType": "Ephemera"},
        "osDiskType",
        "'Ephemeral'",
    ),
    (
        "azure_native",
        "azure-native:containerservice:AgentPool",
        {"vmSize": "Standard_E4s_v6"},
        "vmSize",
        "'Standard_E4s_v5'",
    ),
    (
        "azure_native",
        "azure-native:storage:StorageAccount",
        {"networkRuleSet": {"defaultAction": "Denied"}},
        "networkRuleSet.defaultAction",
        "'Deny'",
    ),
]
GOOD: list[tuple[str, str, dict[str, Any]]] = [
    (
        "aws",
        "aws:eks/nodeGroup:NodeGroup",
        {"amiType": "AL2023_x86_64_NVIDIA", "instanceTypes": ["g4dn.xlarge"], "capacityType": "SPOT"},
    ),
    (
        "gcp",
        "gcp:container/nodePool:NodePool",
        {"nodeConfig": {"machineType": "n2-highmem-4", "workloadMetadataConfig": {"mode": "GKE_METADATA"}}},
    ),
    (
        "azure_native",
        "azure-native:containerservice:AgentPool",
        {"vmSize": "Standard_E4s_v5", "scaleSetPriority": "Spot"},
    ),
    ("aws", "aws:sns/topic:Topic", {"name": "not in the mapping, so not judged"}),
]


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for cloud, machine in (("gcp", "n2-highmem-4"), ("azure", "Standard_E4s_v5")):
        (tmp_path / cloud).mkdir()
        (tmp_path / cloud / "machine_types.yaml").write_text(f"machine_types: {{{machine}: {{cpu: 4}}}}")
    monkeypatch.setenv("HUBS_SIMULATED_MACHINE_TYPES", str(tmp_path))


@pytest.mark.parametrize(("cloud", "token", "inputs", "place", "words"), CASES)
@pytest.mark.usefixtures("catalogue")
def test_unheard_of_values_are_refused(cloud: str, token: str, inputs: dict[str, Any], place: str, words: str) -> None:
    (failure,) = PublishedModels(cloud).refused(token, inputs)
    assert failure.property == place
    assert words in failure.reason


@pytest.mark.parametrize(("cloud", "token", "inputs"), GOOD)
@pytest.mark.usefixtures("catalogue")
def test_good_values_are_not(cloud: str, token: str, inputs: dict[str, Any]) -> None:
    assert PublishedModels(cloud).refused(token, inputs) == []


@pytest.mark.parametrize("cloud", ["aws", "azure_native", "gcp"])
def test_the_mapping_leads_to_members_that_exist(cloud: str) -> None:
    models = PublishedModels(cloud)
    for token, entry in models.mapping.items():
        root = models.node(entry["model"])
        for path, reference in entry.get("named", {}).items():
            if reference == "machine type":
                continue
            if " " in reference:
                models.node(reference).bounds()
                continue
            node: Any = root
            *above, _ = path.split(".")
            for place, name in enumerate(above):
                renamed = entry["named"].get(".".join(above[: place + 1]), name)
                for part in renamed.split("."):
                    node = node.child(normalised(part))
            for part in reference.split("."):
                node = node.child(normalised(part))
                assert node is not None, f"{token}: {path}: {reference}"
