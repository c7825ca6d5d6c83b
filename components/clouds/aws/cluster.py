"""An EKS cluster without nodes: private, with identities for pods, and what a node needs before it can run any."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.clouds.aws.access import administrator
from components.clouds.aws.addon import PodRole, addon
from components.clouds.aws.encryption import secrets_key
from components.clouds.aws.names import deployer_arn
from components.clouds.aws.node_identity import NodeIdentity
from components.clouds.aws.policies import role, service_trust
from components.kubeconfig import exec_kubeconfig
from components.kubernetes_contract import ControlPlaneArgs, ControlPlaneOutputs

LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
EVERYWHERE = "0.0.0.0/0"
TOOL_HINT = (
    "install the AWS command line: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
)
NETWORK_PLUGIN = {
    # Without it AWS enforces no network policy at all.
    "enableNetworkPolicy": "true",
    # By itself a node reserves addresses by whole network interfaces, up to a hundred that nobody uses.
    "env": {"WARM_IP_TARGET": "5", "MINIMUM_IP_TARGET": "15"},
}


class Cluster(pulumi.ComponentResource):
    """Kubernetes' API, answered after AWS's sign-in, everywhere or only to the ranges that are given.

    Whoever makes it is nobody there: only the principals that are named may enter.
    """

    contract_outputs: ControlPlaneOutputs

    def __init__(self, name: str, args: ControlPlaneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:Cluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        cluster = self._cluster(name, args)
        entries = [
            entry
            for told, principal in administrators(args).items()
            for entry in administrator(f"{name}-{told}", cluster.name, principal, child)
        ]
        nodes = NodeIdentity(name, child)
        # Whoever installs what runs in it must be let in first, and out last.
        ready = [*entries, *nodes.grants, *self._first_addons(name, cluster)]
        self.contract_outputs = _outputs(name, args, cluster, nodes, ready)
        self.register_outputs({"cluster_id": cluster.name})

    def _cluster(self, name: str, args: ControlPlaneArgs) -> aws.eks.Cluster:
        child = pulumi.ResourceOptions(parent=self)
        own_role, grants = role(
            f"{name}-cluster", service_trust("eks.amazonaws.com"), ["AmazonEKSClusterPolicy"], child
        )
        # EKS would make it otherwise, and keep logs for ever.
        logs = aws.cloudwatch.LogGroup(
            f"{name}-logs", name=f"/aws/eks/{name}/cluster", retention_in_days=args.log_retention_days, opts=child
        )
        return aws.eks.Cluster(
            name,
            name=name,
            role_arn=own_role.arn,
            version=args.kubernetes_minor,
            deletion_protection=args.protect,
            # Add-ons are ours, so that their settings are.
            bootstrap_self_managed_addons=False,
            access_config={
                "authentication_mode": "API",
                "bootstrap_cluster_creator_admin_permissions": False,
            },
            # Extended support costs six times as much, and nobody would notice that it began.
            upgrade_policy={"support_type": "STANDARD"},
            vpc_config={
                "subnet_ids": list(args.network.control_plane_subnet_ids),
                # Nodes ask inside the network, whoever else is let in.
                "endpoint_private_access": True,
                "endpoint_public_access": True,
                "public_access_cidrs": list(args.api_allowed_cidrs) or [EVERYWHERE],
            },
            kubernetes_network_config={"service_ipv4_cidr": args.service_cidr, "ip_family": "ipv4"},
            encryption_config={
                "resources": ["secrets"],
                "provider": {"key_arn": secrets_key(name, args.site, protect=args.protect, parent=self)},
            },
            enabled_cluster_log_types=list(LOGS),
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect, depends_on=[*args.network.ready, *grants, logs]
            ),
        )

    def _first_addons(self, name: str, cluster: aws.eks.Cluster) -> list[pulumi.Resource]:
        """Without the first two no node becomes ready, and without the third no pod of ours is anybody."""
        agent = addon(name, "eks-pod-identity-agent", cluster.name, parent=self)
        network = PodRole(
            cluster_arn=cluster.arn,
            namespace="kube-system",
            service_account="aws-node",
            managed=("AmazonEKS_CNI_Policy",),
        )
        return [
            agent,
            addon(name, "kube-proxy", cluster.name, parent=self),
            addon(
                name,
                "vpc-cni",
                cluster.name,
                parent=self,
                configuration=NETWORK_PLUGIN,
                pod_role=network,
                after=[agent],
            ),
        ]


def administrators(args: ControlPlaneArgs) -> dict[str, str]:
    """Who may enter, by a name for each: those whom the file names, and the account's workflows."""
    named = {f"admin-{arn.rpartition(':')[2].replace('/', '-')}": arn for arn in args.admin_principals}
    return {**named, **({"deployer": deployer_arn(args.site)} if args.workflows else {})}


def _outputs(
    name: str,
    args: ControlPlaneArgs,
    cluster: aws.eks.Cluster,
    nodes: NodeIdentity,
    ready: Sequence[pulumi.Resource],
) -> ControlPlaneOutputs:
    authority = cluster.certificate_authority.apply(lambda told: str(told.data))
    sign_in = ["--region", args.site.region, "eks", "get-token", "--cluster-name", name, "--output", "json"]
    kubeconfig = pulumi.Output.all(cluster.endpoint, authority).apply(
        lambda known: exec_kubeconfig(
            name, known[0], known[1], command="aws", arguments=sign_in, install_hint=TOOL_HINT
        )
    )
    return ControlPlaneOutputs(
        cluster_id=cluster.name,
        api_endpoint=cluster.endpoint,
        ca_pem_b64=authority,
        # EKS itself vouches for pods, cluster by cluster; its OpenID provider is for what cannot ask it.
        oidc_issuer=cluster.arn,
        node_principal=nodes.arn,
        kubeconfig=kubeconfig,
        ready=ready,
    )
