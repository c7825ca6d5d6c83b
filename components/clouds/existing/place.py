"""The place of a hub where homes are a volume that the cluster's own storage makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.hub import layout
from components.hub.place import Place
from components.hub.values.images import server_pools, together


class ExistingPlace(Place):
    """As anywhere, but without a share: one volume for each hub, writable from all nodes."""

    own_gateway = False

    def _tolerations(self) -> Mapping[str, Any]:
        """As the cluster's stack saw the nodes' taints."""
        pools = self._facts["pools"]
        return {pool: pools[pool]["tolerations"] for pool in self._asked.cluster.node_pools}

    def _image_tolerations(self) -> Any:
        """Of all pools that servers go to, in one list: what fetches images runs on each of their nodes."""
        own = self._tolerations()
        return pulumi.Output.all(*(own[pool] for pool in server_pools(self._asked))).apply(together)

    def _registry(self) -> Any:
        section = self._asked.cluster.existing
        return section.registry if section else None

    def _home_volume(self) -> kubernetes.core.v1.PersistentVolume | None:
        section = self._asked.cluster.existing
        return super()._home_volume() if section and section.home_nfs else None

    def _home_claim(self) -> kubernetes.core.v1.PersistentVolumeClaim:
        if self._volume is not None:
            return super()._home_claim()
        store = pulumi.Output.from_input(self._facts["homes"])
        return kubernetes.core.v1.PersistentVolumeClaim(
            f"{self._name}-homes",
            metadata={
                "name": layout.HOMES_CLAIM,
                "namespace": self.namespace.metadata.name,
                # Many classes make volumes only when a pod wants them: nobody waits for that here.
                "annotations": {"pulumi.com/skipAwait": "true"},
            },
            spec={
                "access_modes": ["ReadWriteMany"],
                "resources": {"requests": {"storage": store.apply(lambda homes: f"{homes['size_gib']}Gi")}},
                "storage_class_name": store.apply(lambda homes: homes["storage_class"]),
            },
            opts=pulumi.ResourceOptions.merge(
                self._child,
                pulumi.ResourceOptions(
                    protect=self._args.protect,
                    retain_on_delete=self._args.keep_data,
                    # Else it would wait for servers that are at work.
                    deleted_with=None if self._args.keep_data else self.namespace,
                ),
            ),
        )
