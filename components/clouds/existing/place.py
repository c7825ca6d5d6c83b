"""The place of a hub where homes are a volume that the cluster's own storage makes."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes

from components.hub import layout
from components.hub.place import Place


class ExistingPlace(Place):
    """As anywhere, but without a share: one volume for each hub, writable from all nodes."""

    def _home_claim(self, namespace: kubernetes.core.v1.Namespace) -> pulumi.Output[str]:
        section = self._asked.cluster.existing
        if section is None or section.home_nfs:
            return super()._home_claim(namespace)
        return self._claim(namespace).metadata.name

    def _claim(self, namespace: kubernetes.core.v1.Namespace) -> kubernetes.core.v1.PersistentVolumeClaim:
        store = pulumi.Output.from_input(self._facts["homes"])
        return kubernetes.core.v1.PersistentVolumeClaim(
            f"{self._name}-homes",
            metadata={
                "name": layout.HOMES_CLAIM,
                "namespace": namespace.metadata.name,
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
                pulumi.ResourceOptions(protect=self._args.protect, retain_on_delete=self._args.keep_data),
            ),
        )
