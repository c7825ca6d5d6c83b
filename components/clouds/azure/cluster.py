"""An AKS cluster with its first node: private nodes, identities for pods, no way in but Azure's sign-in."""

from __future__ import annotations

import base64
from ipaddress import IPv4Network
from typing import Any

import pulumi
import yaml
from pulumi_azure_native import containerservice

from components.clouds.azure.logs import control_plane_logs
from components.clouds.azure.maintenance import auto_upgrade, maintenance_windows
from components.clouds.azure.names import DNS_PREFIX, fitted, group, node_group
from components.clouds.azure.node_identity import NodeIdentity
from components.clouds.azure.nodes import FIRST_POOL, node_settings, surge
from components.clouds.azure.roles import grant, role_id
from components.kubeconfig import exec_kubeconfig
from components.kubernetes_contract import ControlPlaneArgs, ControlPlaneOutputs
from components.pool_labels import pool_labels

# Microsoft, kubelogin: the application that every AKS cluster signs people in as.
SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630"
KUBELOGIN_HINT = "install it with: az aks install-cli"
DNS_ADDRESS = 10
"""Of the services' range, as everywhere."""
PRINCIPALS = {"user": "User", "group": "Group", "servicePrincipal": "ServicePrincipal"}


class Cluster(pulumi.ComponentResource):
    """Kubernetes' API under a public name, for whoever signs in with Azure and comes from where it is allowed.

    AKS wants a node to begin with, and never lets it become another. So there is a pool `first` of one, of the kind of
    the core pool at that time, which carries Azure's own pods; it counts as one of the core pool's nodes.
    """

    contract_outputs: ControlPlaneOutputs

    def __init__(self, name: str, args: ControlPlaneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:Cluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        identity = NodeIdentity(name, args, child)
        cluster = self._cluster(name, args, identity)
        maintenance_windows(name, args, cluster.name, child)
        control_plane_logs(name, args, cluster.id, pulumi.ResourceOptions(parent=self, depends_on=args.network.ready))
        for number, principal in enumerate(args.admin_principals, start=1):
            kind, _, object_id = principal.partition(":")
            grant(
                f"{name}-admin-{number}",
                role=role_id(args.site, "Azure Kubernetes Service RBAC Cluster Admin"),
                scope=cluster.id,
                principal=object_id,
                principal_type=PRINCIPALS[kind],
                opts=child,
            )
        self.contract_outputs = _outputs(name, args, cluster, identity)
        self.register_outputs({"cluster_id": cluster.id})

    def _cluster(self, name: str, args: ControlPlaneArgs, identity: NodeIdentity) -> containerservice.ManagedCluster:
        return containerservice.ManagedCluster(
            name,
            resource_group_name=group(args.site),
            resource_name_=name,
            node_resource_group=node_group(args.site),
            location=args.site.region,
            tags=args.site.labels,
            dns_prefix=fitted(name, DNS_PREFIX),
            # The free tier promises nobody that the API answers, and splits no bill.
            sku={"name": "Base", "tier": "Standard"},
            kubernetes_version=args.kubernetes_minor,
            agent_pool_profiles=[_first_pool(args)],
            disk_encryption_set_id=args.site.kms_key_id,
            **_identities(identity),
            **_access(args),
            **_scaling(),
            network_profile=_network(args),
            auto_upgrade_profile=auto_upgrade(pinned=args.kubernetes_minor is not None),
            metrics_profile={"cost_analysis": {"enabled": True}},
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protect,
                depends_on=[*args.network.ready, *identity.grants],
                # The first node stays what it was made as: AKS changes no pool's machines.
                ignore_changes=["agentPoolProfiles[0].vmSize"],
            ),
        )


def _first_pool(args: ControlPlaneArgs) -> Any:
    return {
        "name": FIRST_POOL,
        "mode": "System",
        "count": 1,
        "vm_size": args.core_machine.name,
        "vnet_subnet_id": args.network.node_subnet_ids[0],
        "availability_zones": [args.site.zone],
        "node_labels": pool_labels("core", "core", None),
        "orchestrator_version": args.kubernetes_minor,
        "upgrade_settings": surge(),
        **node_settings(gpu=False),
    }


def _identities(identity: NodeIdentity) -> dict[str, Any]:
    return {
        "identity": {"type": "UserAssigned", "user_assigned_identities": [identity.control_plane.id]},
        "identity_profile": {
            "kubeletidentity": {
                "resource_id": identity.nodes.id,
                "client_id": identity.nodes.client_id,
                "object_id": identity.nodes.principal_id,
            }
        },
        "oidc_issuer_profile": {"enabled": True},
        "security_profile": {"workload_identity": {"enabled": True}},
    }


def _access(args: ControlPlaneArgs) -> dict[str, Any]:
    # A command that Azure runs in the cluster for whoever may ask Azure, past the ranges below.
    api: dict[str, Any] = {"disable_run_command": True}
    if args.api_allowed_cidrs:
        # Nodes ask the API from outside too, under the address of the way out.
        own = [address.apply(lambda known: f"{known}/32") for address in args.network.egress_ips]
        api["authorized_ip_ranges"] = [*args.api_allowed_cidrs, *own]
    return {
        "api_server_access_profile": api,
        # Administrators' certificates, which never ask who one is.
        "disable_local_accounts": True,
        "enable_rbac": True,
        "aad_profile": {"managed": True, "enable_azure_rbac": True},
    }


def _scaling() -> dict[str, Any]:
    return {
        "auto_scaler_profile": {
            "expander": "least-waste",
            # Servers have scratch space on their node; it is theirs to lose when they stop.
            "skip_nodes_with_local_storage": "false",
        },
        # Nodes of Azure's own choice would have none of our labels and taints.
        "node_provisioning_profile": {"mode": "Manual"},
    }


def _network(args: ControlPlaneArgs) -> containerservice.ContainerServiceNetworkProfileArgsDict:
    return {
        "network_plugin": "azure",
        # Pods have addresses of their own, and take none of the nodes'.
        "network_plugin_mode": "overlay",
        # Enforces network policies: servers of different people cannot talk.
        "network_dataplane": "cilium",
        "network_policy": "cilium",
        "outbound_type": "userAssignedNATGateway",
        "load_balancer_sku": "standard",
        "pod_cidr": args.pod_cidr,
        "service_cidr": args.service_cidr,
        "dns_service_ip": str(IPv4Network(args.service_cidr)[DNS_ADDRESS]),
    }


def _outputs(
    name: str, args: ControlPlaneArgs, cluster: containerservice.ManagedCluster, identity: NodeIdentity
) -> ControlPlaneOutputs:
    credentials = containerservice.list_managed_cluster_user_credentials_output(
        resource_group_name=group(args.site),
        resource_name=cluster.name,
        format="exec",
        opts=pulumi.InvokeOutputOptions(parent=cluster),
    )
    # Nothing of what is kept is a secret: where the API is, and whose certificate it shows.
    entry = pulumi.Output.unsecret(credentials.apply(lambda found: _entry(found.kubeconfigs[0].value)))
    server, authority = entry.apply(lambda one: one["server"]), entry.apply(lambda one: one["authority"])
    kubeconfig = entry.apply(
        lambda one: exec_kubeconfig(
            name,
            one["server"],
            one["authority"],
            command="kubelogin",
            arguments=("get-token", "--login", "azurecli", "--server-id", SERVER_ID),
            install_hint=KUBELOGIN_HINT,
        )
    )
    return ControlPlaneOutputs(
        cluster_id=cluster.id,
        api_endpoint=server,
        ca_pem_b64=authority,
        oidc_issuer=cluster.oidc_issuer_profile.apply(lambda profile: str(profile and profile.issuer_url)),
        node_principal=identity.nodes.principal_id,
        kubeconfig=kubeconfig,
        # Until nodes may pull and join, none of them becomes ready.
        ready=[cluster],
    )


def _entry(kubeconfig_base64: str) -> dict[str, str]:
    """Server and certificate authority of Azure's kubeconfig; users in it are thrown away."""
    cluster = yaml.safe_load(base64.b64decode(kubeconfig_base64))["clusters"][0]["cluster"]
    return {"server": str(cluster["server"]), "authority": str(cluster["certificate-authority-data"])}
