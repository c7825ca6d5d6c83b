"""A running cluster looked at, and its file held against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.clouds import cloud
from components.survey.errors import ClusterUnseenError
from components.survey.survey import Survey, survey
from deployer.config import load_cluster
from deployer.errors import DeployerError, EngineFailed, Problem
from deployer.rollout.engine.backend import Backend
from deployer.rollout.installed import require_installed
from deployer.rollout.ledger import Ledger
from deployer.rollout.target import Target


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What a cluster can and cannot offer."""

    cluster: str
    survey: Survey
    problems: Sequence[Problem]
    """What its file asks for and it cannot give."""


def inspect_cluster(target: Target) -> Inspection:
    """Look at the cluster that the target names, changing nothing.

    Raises BadInput for a file that cannot be used, DeployerError where there is no Kubernetes to look at, EngineFailed
    where it cannot be reached.
    """
    loaded = load_cluster(target.project, target.name)
    carrier = cloud(loaded.cluster.provider)
    require_installed(carrier)
    record = Ledger(Backend(target.settings).files).read(loaded.stack)
    try:
        kubeconfig = carrier.kubeconfig(loaded.cluster, target.project.root, record.facts if record else {})
        if kubeconfig is None:
            raise _nothing_to_see(target, deployed=record is not None)
        found = survey(kubeconfig)
    except ClusterUnseenError as error:
        raise EngineFailed(f"{target.name}: {error.fault}", left="nothing was changed", remedy=error.remedy) from None
    return Inspection(cluster=target.name, survey=found, problems=loaded.problems(carrier.unfit(loaded.cluster, found)))


def _nothing_to_see(target: Target, *, deployed: bool) -> DeployerError:
    if deployed:
        return DeployerError(f"cluster {target.name} has no Kubernetes to look at", remedy="deployer doctor")
    return DeployerError(
        f"cluster {target.name} is not deployed: there is nothing to look at yet",
        remedy=f"deployer deploy --cluster {target.name}",
    )
