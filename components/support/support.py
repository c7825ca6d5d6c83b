"""What a Kubernetes cluster runs beside its hubs, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.charts import charts
from components.kubernetes_contract import (
    AutoscalerOutputs,
    DiskHomes,
    GatewayAddressOutputs,
    NfsHomes,
    SupportNeeds,
)
from components.support import autoscaler, certificates, device_plugin, gateway, home_server
from components.support.autoscaler import Autoscaler
from components.support.certificates import Certificates
from components.support.device_plugin import DevicePlugin
from components.support.gateway import Gateway
from components.support.home_server import HomeServer
from components.support.monitoring import Monitoring
from components.support.storage_class import storage_class
from schemas import support as schema


@dataclass(frozen=True, kw_only=True)
class SupportArgs:
    """What the file asks for, and what the cloud gives and needs."""

    asked: schema.Support
    homes: DiskHomes | NfsHomes
    user_quota_gib: int | None = None
    service_cidr: str
    needs: SupportNeeds
    has_gpus: bool = False
    """Some pool has."""
    gateway_address: GatewayAddressOutputs
    autoscaler: AutoscalerOutputs | None = None
    """None where the cloud brings nodes and takes them away by itself."""


class Support(pulumi.ComponentResource):
    """The way in, certificates, homes, measurements, and what the cloud lacks.

    `opts` must give a Kubernetes provider that depends on the node pools: all this goes before they do.
    """

    facts: Mapping[str, Any]
    """`gateway`: how people get in; `support`: versions of charts."""
    homes: Mapping[str, Any]
    """How hubs mount homes, where a server of ours serves them; empty where the cloud does."""

    def __init__(self, name: str, args: SupportArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:kubernetes:Support", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        installed = {gateway.CHART, certificates.CHART}
        ready: list[pulumi.Resource] = []
        if args.needs.default_disk is not None:
            ready.append(storage_class(name, args.needs.default_disk, child))
        way_in = Gateway(name, args.gateway_address, child)
        signed = Certificates(name, args.asked, way_in.ready, child)
        self.homes = {}
        if isinstance(args.homes, DiskHomes):
            server = HomeServer(
                name, args.homes, user_quota_gib=args.user_quota_gib, service_cidr=args.service_cidr, opts=child
            )
            self.homes = server.facts
            installed.add(home_server.CHART)
        if args.asked.monitoring.enabled:
            Monitoring(name, args.asked.monitoring, ready, child)
            installed |= {"prometheus", "grafana"}
        if args.autoscaler is not None:
            Autoscaler(name, args.autoscaler, child)
            installed.add(autoscaler.CHART)
        if args.needs.device_plugin and args.has_gpus:
            DevicePlugin(name, child)
            installed.add(device_plugin.CHART)
        self.facts = {
            "gateway": {**way_in.facts, "issuer": signed.issuer},
            "support": {chart: charts()[chart].version for chart in sorted(installed)},
        }
        self.register_outputs(self.facts)
