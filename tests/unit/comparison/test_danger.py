"""Who loses data or a running server, as far as each cloud knows."""

from __future__ import annotations

import pytest

from components.clouds import cloud
from deployer.comparison.danger import LOST, REFUSED, dangers, spared
from deployer.errors import EngineFailed
from deployer.rollout.engine.backend import Recorded
from deployer.rollout.engine.events import Change

GCP_POOL, EKS_GROUP = "gcp:container/nodePool:NodePool", "aws:eks/nodeGroup:NodeGroup"
AKS_POOL, AKS_CLUSTER = "azure-native:containerservice:AgentPool", "azure-native:containerservice:ManagedCluster"
BUCKET = "gcp:storage/bucket:Bucket"


@pytest.mark.parametrize(
    ("provider", "kind", "operation", "properties", "fate"),
    [
        ("gcp", GCP_POOL, "replace", ("name",), "end"),
        ("gcp", GCP_POOL, "update", ("autoscaling.totalMaxNodeCount",), "stay"),
        ("gcp", GCP_POOL, "update", ("autoscaling.totalMaxNodeCount", "nodeConfig.imageType"), "end"),
        ("gcp", GCP_POOL, "update", ("nodeConfig.labels.a",), "stay"),
        ("gcp", GCP_POOL, "update", ("nodeConfig.taints[0].effect",), "unknown"),
        ("gcp", GCP_POOL, "update", (), "unknown"),
        ("gcp", "gcp:compute/subnetwork:Subnetwork", "update", ("description",), "unknown"),
        ("gcp", "gcp:compute/subnetwork:Subnetwork", "create", (), "stay"),
        ("gcp", "gcp:container/cluster:Cluster", "update", ("effectiveLabels.a", "pulumiLabels.a"), "stay"),
        ("gcp", "gcp:container/cluster:Cluster", "update", ("loggingConfig.enableComponents[0]",), "unknown"),
        ("gcp", "gcp:compute/disk:Disk", "update", ("size",), "stay"),
        ("gcp", "gcp:filestore/instance:Instance", "update", ("fileShares.nfsExportOptions",), "unknown"),
        ("gcp", "gcp:projects/iAMMember:IAMMember", "delete", (), "stay"),
        ("gcp", "gcp:serviceaccount/account:Account", "delete", (), "unknown"),
        ("aws", EKS_GROUP, "update", ("launchTemplate.version",), "end"),
        ("aws", EKS_GROUP, "update", ("updateConfig.maxUnavailable",), "stay"),
        ("aws", EKS_GROUP, "update", ("scalingConfig.maxSize",), "unknown"),
        ("aws", EKS_GROUP, "update", ("taints",), "unknown"),
        ("aws", "aws:ec2/launchTemplate:LaunchTemplate", "update", ("userData",), "stay"),
        ("aws", "aws:ec2/launchTemplate:LaunchTemplate", "delete", (), "unknown"),
        ("aws", "aws:iam/rolePolicy:RolePolicy", "delete", (), "stay"),
        ("aws", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "delete", (), "unknown"),
        ("aws", "aws:iam/role:Role", "delete", (), "unknown"),
        ("azure", AKS_POOL, "update", ("orchestratorVersion",), "end"),
        ("azure", AKS_POOL, "update", ("maxCount",), "stay"),
        ("azure", AKS_POOL, "update", ("count",), "unknown"),
        ("azure", AKS_CLUSTER, "update", ("apiServerAccessProfile.authorizedIPRanges[0]",), "unknown"),
        ("azure", AKS_CLUSTER, "update", ("httpProxyConfig.httpProxy",), "end"),
        ("azure", "azure-native:managedidentity:UserAssignedIdentity", "delete", (), "unknown"),
        ("azure", "azure-native:storage:StorageAccount", "update", ("networkRuleSet.defaultAction",), "unknown"),
        ("azure", "azure-native:storage:BlobContainer", "delete", (), "stay"),
        ("azure", "kubernetes:core/v1:Namespace", "delete", (), "end"),
        ("existing", "kubernetes:helm.sh/v3:Release", "update", ("values.hub",), "stay"),
        ("existing", "kubernetes:helm.sh/v3:Release", "replace", ("name",), "unknown"),
        ("existing", "kubernetes:core/v1:Service", "update", ("metadata.annotations.a",), "stay"),
        ("existing", "kubernetes:core/v1:Service", "delete", (), "unknown"),
        ("local", "localhub:index:Hub", "update", ("settings.traits",), "stay"),
        ("local", "localhub:index:Hub", "replace", ("folder",), "end"),
        ("local", "localhub:index:Environment", "replace", ("digest",), "unknown"),
        ("gcp", "gcp:of/another:Kind", "update", ("name",), "unknown"),
    ],
)
def test_what_becomes_of_servers(
    provider: str, kind: str, operation: str, properties: tuple[str, ...], fate: str
) -> None:
    found = cloud(provider).servers_fate(kind, operation, properties)
    assert found.fate == fate
    assert bool(found.means) == (fate == "end")


def _change(kind: str, operation: str, *properties: str) -> Change:
    return Change(urn=f"urn:{kind}::a", type=kind, name="a", operation=operation, properties=properties)  # type: ignore[arg-type]


def test_data_comes_before_servers_and_protection_is_told() -> None:
    changes = [_change(BUCKET, "delete"), _change(GCP_POOL, "replace", "name"), _change("gcp:dns/x:X", "delete")]
    lost = list(dangers("s", changes, cloud("gcp"), ()))
    assert [(danger.kind, danger.operation) for danger in lost] == [("data", "delete"), ("servers", "replace")]
    assert lost[0].means == LOST
    kept = list(dangers("s", changes, cloud("gcp"), {change.urn for change in changes}))
    assert [danger.kind for danger in kept] == ["data", "servers", "refused"]
    assert all(REFUSED in danger.means for danger in kept)


def test_what_is_harmless_is_no_danger() -> None:
    changes = [_change(BUCKET, "update", "lifecycleRules"), _change(GCP_POOL, "create")]
    assert list(dangers("s", changes, cloud("gcp"), {change.urn for change in changes})) == []
    (unsure,) = dangers("s", [_change(GCP_POOL, "update", "nodeConfig.taints")], cloud("gcp"), ())
    assert (unsure.kind, unsure.because) == ("unknown", ("nodeConfig.taints",))


def test_what_an_engine_stopped_at_is_told_where_it_holds_data() -> None:
    def recorded(kind: str, name: str, *, protect: bool = True) -> Recorded:
        return Recorded(urn=f"urn:pulumi:s::hubs::{kind}::{name}", type=kind, id=name, protect=protect)

    stopped = EngineFailed("s: Bucket 's-results' could not be deleted: it is protected")
    held = [recorded(BUCKET, "s-results"), recorded(BUCKET, "s-other"), recorded("gcp:dns/x:Bucket", "s-results")]
    (found,) = spared("s", held, cloud("gcp"), stopped)
    assert (found.kind, found.what, found.means) == ("data", "Bucket s-results", REFUSED)
    assert not list(spared("s", [recorded(BUCKET, "s-results", protect=False)], cloud("gcp"), stopped))
