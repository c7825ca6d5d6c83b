"""A Kubernetes cluster and what its hubs share, put together from a cloud's parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.cluster_pools import ResolvedPool, cluster_pools
from components.contract import ClusterArgs, ClusterOutputs
from components.kubernetes_contract import (
    AddonsArgs,
    AutoscalerArgs,
    AutoscalerOutputs,
    BudgetArgs,
    ControlPlaneArgs,
    ControlPlaneOutputs,
    DiskHomes,
    GatewayAddressArgs,
    GatewayAddressOutputs,
    HomeStorageArgs,
    NetworkArgs,
    NetworkOutputs,
    NfsHomes,
    NodePoolArgs,
    Parts,
    RegistryArgs,
    RegistryOutputs,
    Site,
)
from components.machines.capacity import MIB
from components.machines.offers import offer
from components.support import autoscaler
from components.support.release import from_mirror
from components.support.support import Support, SupportArgs


class KubernetesCluster(pulumi.ComponentResource):
    """Network, control plane, node pools, registry, homes, support; a budget if asked for.

    Deletion goes backwards: support before pools, these before the control plane, that before its network. What holds
    data stays.
    """

    def __init__(
        self, name: str, args: ClusterArgs, parts: Parts, site: Site, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("hubs:kubernetes:Cluster", name, None, opts)
        labels = {"managed-by": "hubs", "hubs-cluster": name}
        self._name, self._args, self._asked, self._parts = name, args, args.cluster, parts
        self._site = replace(site, labels=labels)
        provider = parts.provider(name, site, labels, pulumi.ResourceOptions(parent=self))
        self._child = pulumi.ResourceOptions(parent=self, providers=[provider])
        self._pools = cluster_pools(args.cluster, offer(args.cluster.provider))
        self._core_nodes: list[pulumi.Resource] = []
        self._nodes: list[pulumi.Resource] = []

        network = self._network()
        control_plane = self._control_plane(network)
        pools = {pool.name: self._pool(pool, control_plane, network) for pool in self._pools}
        self._addons(control_plane)
        registry = self._registry(control_plane)
        homes = self._homes(network)
        self._budget()
        support = self._support(control_plane, homes)

        facts: dict[str, Any] = {
            "provider": self._asked.provider,
            "site": asdict(site),
            "kubernetes_minor": self._asked.kubernetes_minor,
            "network": {field: getattr(self._asked.network, field) for field in ("cidr", "pod_cidr", "service_cidr")},
            "kubeconfig": control_plane.kubeconfig,
            "oidc_issuer": control_plane.oidc_issuer,
            "node_principal": control_plane.node_principal,
            "egress_ips": list(network.egress_ips),
            "pools": pools,
            "registry": {"host": registry.host, "prefix": registry.prefix},
            "homes": {**self._homes_facts(homes), **support.homes},
            **support.facts,
        }
        self.contract_outputs = ClusterOutputs(facts=facts)
        self.register_outputs(facts)

    def _network(self) -> NetworkOutputs:
        asked = self._asked.network
        args = NetworkArgs(
            site=self._site,
            cidr=asked.cidr,
            pod_cidr=asked.pod_cidr,
            service_cidr=asked.service_cidr,
            egress_addresses=asked.egress_addresses,
            protect=self._args.protect,
            keep_data=self._args.keep_data,
        )
        return self._parts.network(self._name, args, self._child).contract_outputs

    def _control_plane(self, network: NetworkOutputs) -> ControlPlaneOutputs:
        asked = self._asked
        args = ControlPlaneArgs(
            site=self._site,
            network=network,
            service_cidr=asked.network.service_cidr,
            pod_cidr=asked.network.pod_cidr,
            core_machine=self._pools[0].choice.machine,
            kubernetes_minor=asked.kubernetes_minor,
            maintenance_hour_utc=asked.maintenance_hour_utc,
            api_allowed_cidrs=asked.api_allowed_cidrs,
            admin_principals=asked.admin_principals,
            workflows=asked.github is not None,
            log_retention_days=asked.log_retention_days,
            protect=self._args.protect,
        )
        return self._parts.control_plane(self._name, args, self._child).contract_outputs

    def _pool(
        self, pool: ResolvedPool, control_plane: ControlPlaneOutputs, network: NetworkOutputs
    ) -> Mapping[str, Any]:
        args = NodePoolArgs(
            site=self._site,
            control_plane=control_plane,
            network=network,
            pool=pool.name,
            role=pool.role,
            machine=pool.choice.machine,
            spot=pool.spot,
            min_nodes=pool.min_nodes,
            max_nodes=pool.max_nodes,
            disk_gib=pool.disk_gib,
            labels=pool.labels,
            taints=pool.taints,
            kubernetes_minor=self._asked.kubernetes_minor,
        )
        made = self._parts.node_pool(f"{self._name}-{pool.name}", args, self._child).contract_outputs
        self._nodes.extend(made.ready)
        if pool.role == "core":
            self._core_nodes.extend(made.ready)
        return {
            "role": pool.role,
            "machine_type": pool.choice.machine.name,
            "spot": pool.spot,
            "node_selector": pool.labels,
            "tolerations": [
                {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect}
                for taint in (*pool.taints, *made.extra_taints)
            ],
            "free": {
                "cpu_millis": pool.free.millicores,
                "memory_mib": pool.free.memory_bytes // MIB,
                "gpu": pool.free.gpu,
                "pods": pool.free.pods,
            },
        }

    def _addons(self, control_plane: ControlPlaneOutputs) -> None:
        if self._parts.addons is not None:
            args = AddonsArgs(site=self._site, control_plane=control_plane, core_nodes=self._core_nodes)
            self._nodes.extend(self._parts.addons(self._name, args, self._child).contract_outputs.ready)

    def _registry(self, control_plane: ControlPlaneOutputs) -> RegistryOutputs:
        args = RegistryArgs(
            site=self._site,
            node_principal=control_plane.node_principal,
            keep_days=self._asked.delete_untagged_images_after_days,
            protect=self._args.protect,
        )
        return self._parts.registry(self._name, args, self._child).contract_outputs

    def _homes(self, network: NetworkOutputs) -> DiskHomes | NfsHomes:
        asked = self._asked.home_storage
        args = HomeStorageArgs(
            site=self._site,
            network=network,
            kind=asked.kind,
            size_gib=asked.size_gib,
            snapshot_keep_days=asked.backup_keep_days,
            client_cidr=self._asked.network.cidr,
            protect=self._args.protect,
            keep_data=self._args.keep_data,
        )
        return self._parts.home_storage(f"{self._name}-homes", args, self._child).contract_outputs

    def _homes_facts(self, homes: DiskHomes | NfsHomes) -> dict[str, Any]:
        asked = self._asked.home_storage
        # vars(), not asdict(): that would copy Outputs, which cannot be copied.
        return {"kind": asked.kind, "size_gib": asked.size_gib, "user_quota_gib": asked.user_quota_gib, **vars(homes)}

    def _budget(self) -> None:
        asked = self._asked.budget
        if asked is not None:
            args = BudgetArgs(site=self._site, usd_per_month=asked.usd_per_month, notify=asked.notify)
            self._parts.budget(self._name, args, self._child)

    def _support(self, control_plane: ControlPlaneOutputs, homes: DiskHomes | NfsHomes) -> Support:
        provider = kubernetes.Provider(
            f"{self._name}-kubernetes",
            kubeconfig=control_plane.kubeconfig,
            # Another way to the same cluster is no other cluster.
            cluster_identifier=control_plane.cluster_id,
            enable_server_side_apply=True,
            # Pods need nodes to run on, and to end on: what this provider made goes before the pools do.
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._nodes),
        )
        args = SupportArgs(
            asked=self._asked.support,
            homes=homes,
            user_quota_gib=self._asked.home_storage.user_quota_gib,
            service_cidr=self._asked.network.service_cidr,
            needs=self._parts.needs,
            has_gpus=any(pool.choice.machine.gpu for pool in self._pools),
            gateway_address=self._gateway_address(control_plane),
            autoscaler=self._autoscaler(control_plane),
        )
        mirror = from_mirror(self._asked.chart_mirror, self._args.project)
        opts = pulumi.ResourceOptions(parent=self, providers=[provider])
        return Support(self._name, args, pulumi.ResourceOptions.merge(opts, mirror))

    def _gateway_address(self, control_plane: ControlPlaneOutputs) -> GatewayAddressOutputs:
        if self._parts.gateway_address is None:
            return GatewayAddressOutputs(annotations=self._parts.needs.load_balancer_annotations)
        args = GatewayAddressArgs(site=self._site, control_plane=control_plane, protect=self._args.protect)
        return self._parts.gateway_address(f"{self._name}-gateway", args, self._child).contract_outputs

    def _autoscaler(self, control_plane: ControlPlaneOutputs) -> AutoscalerOutputs | None:
        if self._parts.autoscaler is None:
            return None
        args = AutoscalerArgs(
            site=self._site,
            cluster=self._name,
            control_plane=control_plane,
            namespace=autoscaler.NAMESPACE,
            service_account=autoscaler.SERVICE_ACCOUNT,
        )
        return self._parts.autoscaler(self._name, args, self._child).contract_outputs
