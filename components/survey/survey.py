"""All that is found out of a cluster in one look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from components.survey import (
    autoscaling,
    entrances,
    load_balancers,
    network_policies,
    nodes,
    pod_security,
    snapshots,
    storage,
)
from components.survey.api import Api, Seen
from components.survey.entrances import Entrances
from components.survey.errors import ForbiddenError
from components.survey.load_balancers import Balancing
from components.survey.login import sign_in
from components.survey.network_policies import NetworkPolicies
from components.survey.nodes import Node
from components.survey.permissions import Permission, missing_permissions
from components.survey.snapshots import SnapshotClass
from components.survey.storage import StorageClass

VERSION = "/version"
SUBJECTS = (nodes, storage, snapshots, autoscaling, entrances, load_balancers, network_policies, pod_security)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Survey:
    """A cluster as one login saw it; None is what it may not see."""

    server: str
    version: str
    """Of Kubernetes, e.g. v1.34.3."""
    nodes: tuple[Node, ...] | None
    storage_classes: tuple[StorageClass, ...] | None
    snapshot_classes: tuple[SnapshotClass, ...] | None
    autoscaler: str | None
    entrances: Entrances | None
    load_balancers: Balancing | None
    network_policies: NetworkPolicies | None
    pod_security: tuple[str, ...] | None
    missing_permissions: tuple[Permission, ...]
    unseen: Mapping[str, str] = field(default_factory=dict)
    """By field, why it could not be found out."""


def survey(kubeconfig: Mapping[str, Any]) -> Survey:
    """Look at the cluster of a kubeconfig's only context, changing nothing; ten seconds at most for each answer.

    Raises ClusterUnseenError when it cannot be reached or does not know the login.
    """
    client = sign_in(kubeconfig)
    try:
        api = Api(client, str(kubeconfig["current-context"]))
        # First alone: a cluster that is not there is said once, and after ten seconds.
        version = str(api.get(VERSION).get("gitVersion", "unknown"))
        seen = api.see(path for subject in SUBJECTS for path in subject.PATHS)
        return _made(client.configuration.host, version, seen, missing_permissions(api))
    finally:
        client.close()


def _made(server: str, version: str, seen: Seen, missing: tuple[Permission, ...]) -> Survey:
    unseen: dict[str, str] = {}

    def found(name: str, find: Callable[[Seen], T]) -> T | None:
        try:
            return find(seen)
        except ForbiddenError as error:
            unseen[name] = str(error)
            return None

    return Survey(
        server=server,
        version=version,
        nodes=found("nodes", nodes.find_nodes),
        storage_classes=found("storage_classes", storage.find_storage_classes),
        snapshot_classes=found("snapshot_classes", snapshots.find_snapshot_classes),
        autoscaler=found("autoscaler", autoscaling.find_autoscaler),
        entrances=found("entrances", entrances.find_entrances),
        load_balancers=found("load_balancers", load_balancers.find_load_balancers),
        network_policies=found("network_policies", network_policies.find_network_policies),
        pod_security=found("pod_security", pod_security.find_pod_security),
        missing_permissions=missing,
        unseen=unseen,
    )
