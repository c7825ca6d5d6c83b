"""Kubernetes objects without a cluster: what kind of resource each is, and what is checked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from providers.engine.values import Failure, Task, Values
from providers.simulated.kinds import Autoname, Kind, Reference
from providers.simulated.places import at, merged
from providers.simulated.stand_in import StandIn
from providers.simulated.world import Record

# Kinds that live in no namespace; from the API reference of Kubernetes, and the projects whose kinds hubs use.
CLUSTER_WIDE = frozenset(
    {
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterIssuer",
        "ClusterRole",
        "ClusterRoleBinding",
        "ComponentStatus",
        "CustomResourceDefinition",
        "DeviceClass",
        "FlowSchema",
        "GatewayClass",
        "IPAddress",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "ResourceSlice",
        "RuntimeClass",
        "ServiceCIDR",
        "StorageClass",
        "StorageVersion",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeAttributesClass",
        "VolumeSnapshotClass",
    }
)
OWN_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
NAMESPACE = Reference(
    "metadata.namespace", ("kubernetes:core/v1:Namespace",), by=("metadata.name",), cascades=True, unless=OWN_NAMESPACES
)
_ALWAYS_OUTPUT = {
    "metadata": {"uid": "{uuid}", "creationTimestamp": "{now}", "resourceVersion": "{digits:6}", "generation": 1}
}


@dataclass(frozen=True)
class Object(StandIn):
    """One kind of object, of Kubernetes itself or of an extension."""

    def check(self, task: Task, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
        completed = self._completed(news)
        inputs, failures = super().check(task, completed, olds)
        if not self.shape.inputs:  # an extension's kind, of which the SDK knows nothing
            failures = list(_unlike_an_object(completed))
        return inputs, failures

    def _completed(self, news: Values) -> Values:
        """With the namespace it goes to when it names none, as the real provider does."""
        kind = self.kind.token.rsplit(":", 1)[-1]
        if kind in CLUSTER_WIDE or kind.endswith("List"):
            return news
        namespace = {"metadata": {"namespace": self.account.facts["namespace"]}}
        completed: Values = merged(namespace, news)
        return completed

    def _remove(self, record: Record) -> None:
        """A namespace takes along all that is in it."""
        super()._remove(record)
        if record.token == NAMESPACE.to[0]:
            world = self.account.world
            for other in list(world.records(place=record.place)):
                inside = at(other.properties, "metadata.namespace") or other.properties.get("namespace")
                if inside == record.identity:
                    world.remove(other)

    def _shown(self, properties: Mapping[str, Any]) -> Values:
        if self.shape.inputs:
            return super()._shown(properties)
        return {name: value for name, value in properties.items() if value is not None}


def kind_of(token: str, entry: Mapping[str, Any]) -> Kind:
    """An object's type; `entry` is what the data say of it."""
    name = token.rsplit(":", 1)[-1]
    inside = name not in CLUSTER_WIDE
    return Kind(
        token,
        id="{metadata.namespace}/{metadata.name}" if inside else "{metadata.name}",
        autoname=Autoname("metadata.name", limit=253, digits=8),
        outputs=merged(_ALWAYS_OUTPUT, entry.get("outputs", {})),
        replaces=("metadata.name", "metadata.namespace", *entry.get("replaces", ())),
        refers=(NAMESPACE,) if inside else (),
        action=name,
    )


def _unlike_an_object(inputs: Mapping[str, Any]) -> Iterator[Failure]:
    for name in ("apiVersion", "kind"):
        if not isinstance(inputs.get(name), str):
            yield Failure(name, f"kubernetes: an object needs '{name}', which is missing")
