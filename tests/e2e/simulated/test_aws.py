"""A cluster on AWS, from nothing to nothing, through the real engine."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

pytestmark = pytest.mark.engine
SETTINGS = {"aws:region": "us-west-2"}


def trusting(service: str) -> str:
    statement = {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Principal": {"Service": service}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def network() -> tuple[Any, list[Any]]:
    vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16")
    zones = aws.get_availability_zones().names
    subnets = [
        aws.ec2.Subnet(f"nodes-{place}", vpc_id=vpc.id, cidr_block=f"10.0.{place * 16}.0/20", availability_zone=zone)
        for place, zone in enumerate(zones[:2])
    ]
    gateway = aws.ec2.InternetGateway("internet", vpc_id=vpc.id)
    address = aws.ec2.Eip("nat-address", domain="vpc")
    nat = aws.ec2.NatGateway(
        "nat", allocation_id=address.id, subnet_id=subnets[0].id, opts=pulumi.ResourceOptions(depends_on=[gateway])
    )
    routes = aws.ec2.RouteTable("routes", vpc_id=vpc.id)
    aws.ec2.Route("out", route_table_id=routes.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)
    for place, subnet in enumerate(subnets):
        aws.ec2.RouteTableAssociation(f"route-{place}", route_table_id=routes.id, subnet_id=subnet.id)
    aws.ec2.VpcEndpoint("s3", vpc_id=vpc.id, service_name="com.amazonaws.us-west-2.s3", route_table_ids=[routes.id])
    return vpc, subnets


def cluster(version: str = "1.33", ami_type: str = "AL2023_x86_64_STANDARD", disk_gib: int = 100) -> Any:
    def program() -> None:
        _, subnets = network()
        role = aws.iam.Role("cluster-role", assume_role_policy=trusting("eks.amazonaws.com"))
        node_role = aws.iam.Role("node-role", assume_role_policy=trusting("ec2.amazonaws.com"))
        made = aws.eks.Cluster(
            "demo",
            role_arn=role.arn,
            version=version,
            bootstrap_self_managed_addons=False,
            access_config={"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": False},
            upgrade_policy={"support_type": "STANDARD"},
            vpc_config={"subnet_ids": [subnet.id for subnet in subnets], "endpoint_private_access": True},
        )
        aws.eks.Addon("cni", cluster_name=made.name, addon_name="vpc-cni")
        template = aws.ec2.LaunchTemplate(
            "template", metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1}
        )
        pool = aws.eks.NodeGroup(
            "users",
            cluster_name=made.name,
            node_role_arn=node_role.arn,
            subnet_ids=[subnets[0].id],
            instance_types=["r5.xlarge"],
            ami_type=ami_type,
            scaling_config={"min_size": 0, "desired_size": 0, "max_size": 10},
            launch_template={"id": template.id, "version": template.latest_version.apply(str)},
        )
        aws.autoscaling.Tag(
            "tag",
            autoscaling_group_name=pool.resources[0].autoscaling_groups[0].name,
            tag={"key": "k8s.io/cluster-autoscaler/enabled", "value": "true", "propagate_at_launch": False},
        )
        images = aws.ecr.Repository("images")
        scratch = aws.s3.Bucket("scratch")
        aws.s3.BucketPublicAccessBlock("closed", bucket=scratch.id, block_public_acls=True)
        hub = aws.iam.Role("hub", assume_role_policy=trusting("pods.eks.amazonaws.com"))
        aws.eks.PodIdentityAssociation(
            "hub-identity", cluster_name=made.name, namespace="prod", service_account="user-sa", role_arn=hub.arn
        )
        zone = subnets[0].availability_zone
        aws.ebs.Volume("homes", availability_zone=zone, size=disk_gib, type="gp3", encrypted=True)
        pulumi.export("account", aws.get_caller_identity().account_id)
        pulumi.export("issuer", made.identities[0].oidcs[0].issuer)
        pulumi.export("endpoint", made.endpoint)
        pulumi.export("registry", images.repository_url)
        pulumi.export("vpc", made.vpc_config.vpc_id)

    return program


def test_goes_from_nothing_to_nothing(strict_simulation: Any) -> None:
    stack = strict_simulation.stack("demo", cluster(), SETTINGS)
    made = stack.up()
    assert not made.failed, made.text
    assert len(made.of("create")) == 24
    identity = made.outputs["issuer"].rsplit("/", 1)[-1]
    assert made.outputs["endpoint"] == f"https://{identity}.gr7.us-west-2.eks.amazonaws.com"
    assert made.outputs["registry"].startswith(f"{made.outputs['account']}.dkr.ecr.us-west-2.amazonaws.com/images-")
    assert made.outputs["vpc"] == stack.state()["net"]["id"]

    assert stack.up().changes == []

    gone = stack.destroy()
    assert not gone.failed, gone.text
    assert list(strict_simulation.world.glob("aws/*/*/*/*.json")) == []


def test_edits_are_made_refused_or_replace(simulation: Any) -> None:
    stack = simulation.stack("demo", cluster(), SETTINGS)
    stack.up()

    skipped = simulation.stack("demo", cluster(version="1.35"), SETTINGS).up()
    assert "Unsupported Kubernetes minor version update to 1.35" in skipped.text
    shrunk = simulation.stack("demo", cluster(disk_gib=50), SETTINGS).up()
    assert "New size cannot be smaller than existing size" in shrunk.text

    edited = simulation.stack("demo", cluster("1.34", "AL2023_x86_64_NVIDIA", 200), SETTINGS).up()
    assert not edited.failed, edited.text
    assert {"demo", "homes"} <= edited.of("update")
    assert edited.of("replace") == {"users", "tag"}


def test_accounts_have_limits(simulation: Any) -> None:
    def six() -> None:
        for place in range(6):
            aws.ec2.Eip(f"address-{place}", domain="vpc")

    full = simulation.stack("full", six, SETTINGS).up()
    assert "AddressLimitExceeded: The maximum number of addresses has been reached." in full.text
    assert len(full.of("create")) == 6
    assert len(simulation.records("Eip")) == 5


def test_unheard_of_values_are_refused(strict_simulation: Any) -> None:
    refused = strict_simulation.stack("demo", cluster(ami_type="AL2023_x86_64_STANDART"), SETTINGS).preview()
    assert "did you mean 'AL2023_x86_64_STANDARD'?" in refused.text
    assert "AWS's service model (botocore" in refused.text

    refused = strict_simulation.stack("other", network, {"aws:region": "us-wst-2"}).preview()
    assert "'us-wst-2' is not known; did you mean 'us-west-2'?" in refused.text
