"""A GKE cluster without nodes: private, zonal, with identities for pods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_gcp as gcp

from components.clouds.gcp.maintenance import maintenance_policy
from components.clouds.gcp.network import PODS, SERVICES
from components.clouds.gcp.node_identity import NodeIdentity
from components.kubeconfig import exec_kubeconfig
from components.kubernetes_contract import ControlPlaneArgs, ControlPlaneOutputs

LOGS = ("SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER")
GOOGLES_LOG_RETENTION_DAYS = 30
PLUGIN_HINT = "install it with: gcloud components install gke-gcloud-auth-plugin"


class Cluster(pulumi.ComponentResource):
    """Kubernetes' API, answered under a name of Google's after Google's sign-in, or only to the ranges that are given.

    Does not enable the project's APIs.
    """

    contract_outputs: ControlPlaneOutputs

    def __init__(self, name: str, args: ControlPlaneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:Cluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        nodes = NodeIdentity(name, args.site, workflows=args.workflows, opts=child)
        self._log_retention(name, args)
        for principal in args.admin_principals:
            gcp.projects.IAMMember(
                f"{name}-admin-{principal}",
                project=args.site.account,
                role="roles/container.admin",
                member=principal,
                opts=child,
            )
        cluster = self._cluster(name, args, nodes)
        self.contract_outputs = _outputs(name, args, cluster, nodes)
        self.register_outputs({"cluster_id": cluster.id})

    def _cluster(self, name: str, args: ControlPlaneArgs, nodes: NodeIdentity) -> gcp.container.Cluster:
        return gcp.container.Cluster(
            name,
            name=name,
            # One zone: homes are on a zonal disk, and Google waives the fee of one such cluster per bill.
            location=args.site.zone,
            deletion_protection=args.protect,
            **_nodes(nodes),
            **_network(args),
            **_access(args),
            **_watching(),
            **_encryption(args),
            release_channel={"channel": "REGULAR"},
            min_master_version=args.kubernetes_minor,
            maintenance_policy=maintenance_policy(args.maintenance_hour_utc, pinned=args.kubernetes_minor is not None),
            workload_identity_config={"workload_pool": f"{args.site.account}.svc.id.goog"},
            addons_config={
                "gce_persistent_disk_csi_driver_config": {"enabled": True},
                # Traffic comes in through a gateway of ours behind one load balancer, not through Google's ingress.
                "http_load_balancing": {"disabled": True},
            },
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protect,
                depends_on=[*args.network.ready, *nodes.grants],
                # Of the first pool, which is removed at once: what Google reports of it afterwards means nothing.
                ignore_changes=["nodeConfig", "nodeVersion"],
            ),
        )

    def _log_retention(self, name: str, args: ControlPlaneArgs) -> None:
        # The bucket is the whole project's: left alone unless somebody asked for something else.
        if args.log_retention_days != GOOGLES_LOG_RETENTION_DAYS:
            gcp.logging.ProjectBucketConfig(
                f"{name}-logs",
                project=args.site.account,
                location="global",
                bucket_id="_Default",
                retention_days=args.log_retention_days,
                opts=pulumi.ResourceOptions(parent=self),
            )


def _nodes(nodes: NodeIdentity) -> Mapping[str, Any]:
    return {
        # Google wants a first pool; it goes as soon as the cluster stands, and until then is no weaker than ours.
        "remove_default_node_pool": True,
        "initial_node_count": 1,
        "node_config": {
            "service_account": nodes.email,
            "workload_metadata_config": {"mode": "GKE_METADATA"},
            "shielded_instance_config": {"enable_secure_boot": True, "enable_integrity_monitoring": True},
        },
        "enable_shielded_nodes": True,
        # Nodes that idle go early. Pools of Google's own making would have none of our labels and taints.
        "cluster_autoscaling": {"enabled": False, "autoscaling_profile": "OPTIMIZE_UTILIZATION"},
    }


def _network(args: ControlPlaneArgs) -> Mapping[str, Any]:
    return {
        "network": args.network.network_id,
        "subnetwork": args.network.node_subnet_ids[0],
        "networking_mode": "VPC_NATIVE",
        "ip_allocation_policy": {"cluster_secondary_range_name": PODS, "services_secondary_range_name": SERVICES},
        # Enforces network policies, without pods of its own for it.
        "datapath_provider": "ADVANCED_DATAPATH",
        "private_cluster_config": {"enable_private_nodes": True},
    }


def _access(args: ControlPlaneArgs) -> Mapping[str, Any]:
    by_address = bool(args.api_allowed_cidrs)
    access: dict[str, Any] = {
        "control_plane_endpoints_config": {
            "dns_endpoint_config": {"allow_external_traffic": not by_address},
            "ip_endpoints_config": {"enabled": by_address},
        },
        "master_auth": {"client_certificate_config": {"issue_client_certificate": False}},
        "enable_legacy_abac": False,
        "anonymous_authentication_config": {"mode": "LIMITED"},
        "rbac_binding_config": {
            "enable_insecure_binding_system_authenticated": False,
            "enable_insecure_binding_system_unauthenticated": False,
        },
    }
    if by_address:
        access["master_authorized_networks_config"] = {
            "cidr_blocks": [{"cidr_block": cidr} for cidr in args.api_allowed_cidrs],
            # Every virtual machine of every customer of Google's has such an address.
            "gcp_public_cidrs_access_enabled": False,
        }
    return access


def _watching() -> Mapping[str, Any]:
    return {
        "logging_config": {"enable_components": list(LOGS)},
        "monitoring_config": {
            "enable_components": ["SYSTEM_COMPONENTS"],
            # Charged by the sample; Prometheus of our own does.
            "managed_prometheus": {"enabled": False},
        },
        "cost_management_config": {"enabled": True},
        "security_posture_config": {"mode": "BASIC", "vulnerability_mode": "VULNERABILITY_DISABLED"},
    }


def _encryption(args: ControlPlaneArgs) -> Mapping[str, Any]:
    key = args.site.kms_key_id
    return {"database_encryption": {"state": "ENCRYPTED", "key_name": key}} if key else {}


def _outputs(
    name: str, args: ControlPlaneArgs, cluster: gcp.container.Cluster, nodes: NodeIdentity
) -> ControlPlaneOutputs:
    authority: pulumi.Output[str] | None = None
    if args.api_allowed_cidrs:
        host = cluster.endpoint
        authority = cluster.master_auth.apply(lambda auth: str(auth.cluster_ca_certificate))
    else:
        # Its certificate is one of Google's, which everybody trusts.
        host = cluster.control_plane_endpoints_config.apply(_dns_name)
    server = pulumi.Output.concat("https://", host)
    kubeconfig = pulumi.Output.all(server, authority).apply(
        lambda known: exec_kubeconfig(
            name, known[0], known[1], command="gke-gcloud-auth-plugin", install_hint=PLUGIN_HINT
        )
    )
    return ControlPlaneOutputs(
        cluster_id=cluster.id,
        api_endpoint=server,
        ca_pem_b64=authority,
        oidc_issuer=pulumi.Output.from_input(f"{args.site.account}.svc.id.goog"),
        node_principal=nodes.member,
        kubeconfig=kubeconfig,
    )


def _dns_name(endpoints: Any) -> str:
    return str(endpoints.dns_endpoint_config.endpoint)
