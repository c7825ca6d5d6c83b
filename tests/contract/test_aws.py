"""What is AWS's alone."""

from __future__ import annotations

import json
from base64 import b64decode
from ipaddress import IPv4Network
from typing import Any

import pytest

from components.clouds.aws.ci_identity import rights
from components.clouds.aws.names import ROLE, fitted
from components.clouds.aws.network import shared_out
from components.clouds.aws.node_pool import equal_machines
from components.clouds.aws.refusals import ADDRESSES_BESIDE_PODS, site_refusals
from components.kubernetes_contract import BucketArgs, Site
from components.machines.offers import offer
from providers.simulated.places import at
from schemas.cluster import Cluster
from tests.contract.conftest import NAME, Stack, asked, little, resources, stack_of

CLOUD = "aws"
KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
ARN = "arn:aws:iam::123456789012:role/hubs-deployer"
SITE = {"account_id": "123456789012", "zone": "us-east-1a"}
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
    ranges = ["192.0.2.0/24", "198.51.100.7/32"]
    network = {"cidr": "10.64.0.0/16", "egress_addresses": 2}
    site = {**SITE, "kms_key": KEY}
    values = asked(CLOUD, aws=site, api_allowed_cidrs=ranges, kubernetes_minor="1.33", network=network, **FEW)
    stack = stack_of(strict_simulation, values)
    made = stack.up()
    assert not made.failed, made.text

    cluster = inputs(stack, "Cluster", NAME)
    assert at(cluster, "vpcConfig.publicAccessCidrs") == ranges
    assert at(cluster, "vpcConfig.endpointPrivateAccess") is True
    assert cluster["version"] == "1.33"
    assert at(cluster, "encryptionConfig.provider.keyArn") == KEY
    assert not [one for one in resources(stack) if one["type"].endswith(":Key")]
    assert inputs(stack, "Volume", f"{NAME}-homes")["kmsKeyId"] == KEY
    disk = at(inputs(stack, "LaunchTemplate", f"{NAME}-user"), "blockDeviceMappings[0].ebs")
    assert (disk["kmsKeyId"], disk["volumeSize"]) == (KEY, 100)
    lent = json.loads(inputs(stack, "RolePolicy", f"{NAME}-aws-ebs-csi-driver")["policy"])
    assert "kms:CreateGrant" in lent["Statement"][0]["Action"]

    assert len(made.outputs["facts"]["egress_ips"]) == 2
    assert len(inputs(stack, "NatGateway", NAME)["secondaryAllocationIds"]) == 1
    sign_in = json.loads(made.outputs["facts"]["kubeconfig"])["users"][0]["user"]["exec"]
    assert sign_in["command"] == "aws"
    assert sign_in["args"][2:] == ["eks", "get-token", "--cluster-name", NAME, "--output", "json"]

    raised = stack_of(strict_simulation, {**values, "kubernetes_minor": "1.34"}).preview()
    assert ("update", NAME) in raised.changes
    pools = {f"{NAME}-{pool}" for pool in ("core", "dask", "gpu", "user")}
    assert pools <= {name for operation, name in raised.changes if operation == "create-replacement"}


@pytest.mark.engine
def test_what_runs_when_and_who_it_is(strict_simulation: Any) -> None:
    """Nodes need network and identities first; what runs on nodes comes after them, and goes before."""
    stack = stack_of(strict_simulation, little(CLOUD))
    made = stack.up()
    assert not made.failed, made.text
    state = {(one["type"].rpartition(":")[2], one["urn"].rpartition("::")[2]): one for one in resources(stack)}

    def urns(one: tuple[str, str]) -> set[str]:
        return {urn.rpartition("::")[2] for urn in state[one].get("dependencies", [])}

    assert {f"{NAME}-vpc-cni", f"{NAME}-kube-proxy", f"{NAME}-eks-pod-identity-agent"} <= urns(
        ("NodeGroup", f"{NAME}-user")
    )
    assert f"{NAME}-logs" in urns(("Cluster", NAME))
    for late in ("coredns", "aws-ebs-csi-driver"):
        assert f"{NAME}-core" in urns(("Addon", f"{NAME}-{late}"))

    trust = json.loads(state["Role", f"{NAME}-autoscaler"]["inputs"]["assumeRolePolicy"])
    tags = trust["Statement"][0]["Condition"]["StringEquals"]
    assert tags["aws:RequestTag/eks-cluster-arn"] == made.outputs["facts"]["oidc_issuer"]
    assert tags["aws:RequestTag/kubernetes-service-account"] == "cluster-autoscaler"
    told = {
        one["inputs"]["tag"]["key"]: one["inputs"]["tag"]["value"] for one in resources(stack) if "Tag" in one["type"]
    }
    template = "k8s.io/cluster-autoscaler/node-template"
    assert told[f"{template}/taint/hub.jupyter.org_dedicated"] == "user:NoSchedule"
    assert told[f"{template}/resources/ephemeral-storage"] == "100Gi"
    data = b64decode(state["LaunchTemplate", f"{NAME}-user"]["inputs"]["userData"]).decode()
    assert '"singleProcessOOMKill": true' in data


@pytest.mark.engine
def test_homes_on_efs(strict_simulation: Any) -> None:
    storage = {"kind": "managed-nfs", "backup_keep_days": 30}
    stack = stack_of(strict_simulation, {**little(CLOUD), "home_storage": storage})
    made = stack.up()
    assert not made.failed, made.text
    assert inputs(stack, "FileSystem", f"{NAME}-homes")["encrypted"] is True
    door = inputs(stack, "SecurityGroupIngressRule", f"{NAME}-homes")
    assert (door["cidrIpv4"], door["fromPort"], door["toPort"]) == ("10.64.0.0/16", 2049, 2049)
    assert at(inputs(stack, "Plan", f"{NAME}-homes"), "rules[0].lifecycle.deleteAfter") == 30
    kept = [one for one in resources(stack) if one["type"].rpartition(":")[2] in ("FileSystem", "Vault")]
    assert all(one["protect"] and one["retainOnDelete"] for one in kept)
    homes = made.outputs["facts"]["homes"]
    assert homes["nfs_path"] == "/"
    assert homes["nfs_server"].endswith(".efs.us-east-1.amazonaws.com")


@pytest.mark.engine
def test_a_bucket_that_everybody_reads_and_readers_pay_for(strict_simulation: Any) -> None:
    from components.clouds.aws.parts import PARTS

    site = Site(account="123456789012", region="us-east-1", zone="us-east-1a", kms_key_id=KEY)

    def program() -> None:
        import pulumi

        opts = pulumi.ResourceOptions(provider=PARTS.provider("hub", site, {}))
        PARTS.bucket("open", BucketArgs(site=site, public_read=True, requester_pays=True), opts)

    stack = strict_simulation.stack("buckets", program, {})
    made = stack.up()
    assert not made.failed, made.text
    assert inputs(stack, "BucketRequestPaymentConfiguration", "open")["payer"] == "Requester"
    block = inputs(stack, "BucketPublicAccessBlock", "open")
    assert (block["blockPublicPolicy"], block["blockPublicAcls"]) == (False, True)
    (policy,) = (one for one in resources(stack) if one["type"].endswith(":BucketPolicy"))
    statements = {one["Sid"]: one for one in json.loads(policy["inputs"]["policy"])["Statement"]}
    assert statements["EverybodyReads"]["Action"] == ["s3:GetObject", "s3:ListBucket"]
    assert statements["EncryptedOnItsWay"]["Effect"] == "Deny"
    encrypted = inputs(stack, "BucketServerSideEncryptionConfiguration", "open")
    assert at(encrypted, "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId") == KEY


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.0.0.0/20", "10.0.0.0/24"])
def test_the_network_is_shared_out_without_overlaps(cidr: str) -> None:
    subnets = shared_out(cidr)
    ranges = [IPv4Network(one) for one in (subnets.nodes, subnets.public, *subnets.control_plane)]
    whole = IPv4Network(cidr)
    assert all(one.subnet_of(whole) for one in ranges)
    assert not [(a, b) for a in ranges for b in ranges if a != b and a.overlaps(b)]
    assert ranges[0].num_addresses == whole.num_addresses // 2


@pytest.mark.parametrize(
    ("name", "equals"),
    [("r5.4xlarge", ["r7i.4xlarge"]), ("r5.xlarge", ["r7i.xlarge"]), ("g4dn.xlarge", []), ("m7i.xlarge", [])],
)
def test_spot_pools_take_machines_of_the_same_size_alone(name: str, equals: list[str]) -> None:
    assert equal_machines(offer(CLOUD).machine(name)) == equals


def test_nodes_hold_no_more_pods_than_eks_lets_them() -> None:
    offered = offer(CLOUD)
    pods = {
        name: offered.allocatable(offered.machine(name)).pods for name in ("r5.xlarge", "r5.4xlarge", "r5.16xlarge")
    }
    assert pods == {"r5.xlarge": 58, "r5.4xlarge": 110, "r5.16xlarge": 250}
    assert ADDRESSES_BESIDE_PODS >= 15 + 5


@pytest.mark.parametrize("name", ["a", "x" * 56, "x" * 57, "long-" * 20])
def test_names_of_roles_fit(name: str) -> None:
    short = fitted(name, ROLE)
    assert len(short) + len("-0123456") <= 64
    assert (short == name) == (len(name) <= ROLE)


def test_a_standing_cluster_does_not_move() -> None:
    facts = {"site": {"account": SITE["account_id"], "zone": SITE["zone"]}}
    stays = Cluster.model_validate(asked(CLOUD))
    moved = Cluster.model_validate(asked(CLOUD, aws={"account_id": "210987654321", "zone": "us-east-1b"}))
    assert list(site_refusals(facts, stays)) == []
    assert [refusal.path for refusal in site_refusals(facts, moved)] == [("aws", "account_id"), ("aws", "zone")]
    assert list(site_refusals({}, moved)) == []


def test_the_deployer_gives_itself_nothing_more() -> None:
    denied = [one for one in json.loads(rights(ARN))["Statement"] if one["Effect"] == "Deny"]
    assert [one["Resource"] for one in denied] == [[ARN]]
    assert {"iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"} <= set(denied[0]["Action"])
