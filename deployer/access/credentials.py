"""The kubeconfig of a deployed cluster, from its record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from components.kubeconfig import single_context
from deployer.config import load_cluster
from deployer.errors import DeployerError
from deployer.rollout.engine.backend import Backend
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.target import Target
from deployer.simulation.home import home_of


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """How to reach a cluster."""

    cluster: str
    kubeconfig: Mapping[str, Any]
    """With one context, whose cluster and user have its name."""

    @property
    def context(self) -> str:
        return str(self.kubeconfig["current-context"])

    @property
    def program(self) -> str | None:
        """Signs in; None where the kubeconfig signs in by itself."""
        command = self._sign_in.get("command")
        return str(command) if command else None

    @property
    def program_missing(self) -> bool:
        return self.program is not None and shutil.which(self.program) is None

    @property
    def how_to_get_it(self) -> str:
        """What the cluster's cloud says of its program."""
        return str(self._sign_in.get("installHint") or f"put {self.program} on the PATH").strip()

    @property
    def _sign_in(self) -> Mapping[str, Any]:
        (user,) = self.kubeconfig["users"]
        return user["user"].get("exec") or {}


def cluster_credentials(target: Target) -> Credentials:
    """Of the cluster that the target names. Raises DeployerError when it is not deployed, or has no Kubernetes."""
    record = cluster_record(target)
    if target.simulated:
        return _of_simulated(target)
    told = record.facts.get("kubeconfig")
    if not told:
        raise DeployerError(
            f"cluster {target.name} has no Kubernetes: its provider is {record.provider}",
            remedy="deployer open opens its hubs",
        )
    return Credentials(cluster=target.name, kubeconfig=_renamed(json.loads(told), target.name))


def cluster_record(target: Target) -> Record:
    """Raises DeployerError when the cluster is not deployed, and BadInput when there is none of that name."""
    record = Ledger(Backend(target.settings).files).read(f"{target.name}-cluster")
    if record is not None and record.facts:
        return record
    load_cluster(target.project, target.name)  # no such cluster says so, with the names that come near
    raise DeployerError(
        f"cluster {target.name} is not deployed" + (" in simulation" if target.simulated else ""),
        remedy=f"deployer deploy --cluster {target.name}{target.place}",
    )


def _of_simulated(target: Target) -> Credentials:
    world = target.settings.world
    file = home_of(world, target.name).kubeconfig if world else None
    if file is None or not file.is_file():
        raise DeployerError(
            f"the simulated cluster {target.name} has no API server that runs",
            remedy=f"deployer simulate up {target.name}",
        )
    loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    # Beside the real one's context, under a name that nobody takes for it.
    return Credentials(cluster=target.name, kubeconfig=_renamed(loaded, f"{target.name}-simulated"))


def _renamed(kubeconfig: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    (cluster,), (user,) = kubeconfig["clusters"], kubeconfig["users"]
    renamed: Mapping[str, Any] = json.loads(single_context(name, cluster["cluster"], user["user"]))
    return renamed
