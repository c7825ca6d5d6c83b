"""A cluster by itself, without any community: looked at ahead, and deployed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from components.clouds import cloud
from deployer.config import load_cluster
from deployer.config.clusters import LoadedCluster
from deployer.errors import BadInput, DeployerError
from deployer.project import Project
from deployer.rollout.digest import cluster_digest
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.settings import read_settings, simulated_settings
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger, Record, now
from deployer.rollout.plan import CLUSTER, Plan, StackPlan
from deployer.rollout.progress import Listener, StepDone, StepStarted
from deployer.rollout.stage import counted
from stacks.cluster import cluster_program

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine


@dataclass(frozen=True, kw_only=True)
class ClusterRollout:
    """A deploy of a cluster that ended well."""

    cluster: str
    changed: bool
    detail: str
    """What happened in a few words."""
    seconds: float


def preview_cluster(
    project: Project, name: str, *, simulate: bool = False, interruption: Interruption, listen: Listener
) -> Plan:
    """What a deploy of the cluster would change; touches nothing. With `simulate`, of a simulated cluster.

    Raises BadInput, also for an edit that the standing cluster cannot follow, and EngineFailed.
    """
    alone = _Alone(project, name, simulate=simulate)
    return alone.plan(alone.open(interruption, listen))


def deploy_cluster(
    project: Project,
    name: str,
    *,
    simulate: bool = False,
    show_plan: Callable[[Plan], None],
    interruption: Interruption,
    listen: Listener,
) -> ClusterRollout:
    """Make the cluster what its file says; nothing is done when it is that already.

    With `simulate`, stand-ins take the cloud's place, and state and records are their own.

    Raises BadInput, also for an edit that the standing cluster cannot follow; EngineFailed; Interrupted. Whatever it
    raises, the same call goes on from there.
    """
    began = time.monotonic()
    alone = _Alone(project, name, simulate=simulate)
    detail = "" if alone.settled else alone.bring_up(alone.open(interruption, listen), show_plan, listen)
    seconds = time.monotonic() - began
    return ClusterRollout(cluster=name, changed=bool(detail), detail=detail or "unchanged", seconds=seconds)


class _Alone:
    """One cluster under work."""

    def __init__(self, project: Project, name: str, *, simulate: bool) -> None:
        self.project = project
        self.loaded: LoadedCluster = load_cluster(project, name)
        self.cloud = cloud(self.loaded.cluster.provider)
        if simulate:
            self._refuse_without_stand_in()
        self.settings = simulated_settings(project) if simulate else read_settings(project)
        self.ledger = Ledger(Backend(self.settings).files)
        self.digest = cluster_digest(name, self.loaded.cluster)
        self.record = self.ledger.read(self.loaded.stack)
        self._refuse()

    @property
    def settled(self) -> bool:
        """Whether it is already what its file says."""
        return self.record is not None and self.record.inputs == self.digest

    def _refuse(self) -> None:
        facts = self.record.facts if self.record else {}
        problems = self.loaded.problems(self.cloud.change_refusals(facts, self.loaded.cluster))
        if problems:
            raise BadInput(problems, fault=f"{self.loaded.name} cannot be changed like that")

    def _refuse_without_stand_in(self) -> None:
        if self.loaded.cluster.provider == "local":
            raise DeployerError(
                f"{self.loaded.name} cannot be simulated: provider {self.loaded.cluster.provider} has no stand-in",
                left="nothing was changed",
                remedy="leave out --simulate",
            )

    def open(self, interruption: Interruption, listen: Listener) -> Engine:
        from deployer.rollout.opening import open_engine

        return open_engine(
            self.project,
            self.loaded.name,
            tools=self.cloud.tools,
            settings=self.settings,
            interruption=interruption,
            listen=listen,
        )

    def plan(self, engine: Engine) -> Plan:
        outcome = engine.preview(self.loaded.stack, self._program())
        planned = StackPlan(part=CLUSTER, stack=self.loaded.stack, changes=outcome.changes, drifted=outcome.drifted)
        return Plan(community=self.loaded.name, stacks=(planned,))

    def bring_up(self, engine: Engine, show_plan: Callable[[Plan], None], listen: Listener) -> str:
        stack, provider = self.loaded.stack, self.loaded.cluster.provider
        engine.settle(stack)
        show_plan(self.plan(engine))
        began = time.monotonic()
        listen(StepStarted(step=CLUSTER))
        before = self.record or Record(cluster_stack=stack, provider=provider)
        self.ledger.write(stack, before.unfinished())
        outcome = engine.up(stack, self._program())
        after = Record(
            cluster_stack=stack,
            provider=provider,
            inputs=self.digest,
            facts=dict(outcome.outputs.get("facts") or {}),
            deployed_at=now(),
            deployer_version=version("hubs"),
        )
        self.ledger.write(stack, after)
        listen(StepDone(step=CLUSTER, seconds=time.monotonic() - began, detail=counted(outcome.changes)))
        return counted(outcome.changes)

    def _program(self) -> Callable[[], None]:
        return cluster_program(self.loaded.name, self.loaded.cluster, self.project.root)
