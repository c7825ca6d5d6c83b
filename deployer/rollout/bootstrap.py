"""Makes a cloud account ready for its first deploy with the operator's own login, and takes that back again."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from components.account_contract import AccountArgs
from components.clouds import cloud
from deployer.config import load_cluster
from deployer.errors import DeployerError
from deployer.project import Project
from deployer.rollout.account import ACCOUNT, account_stack, workflows
from deployer.rollout.claim import claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.settings import PASSPHRASE_PROVIDER
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger, Record, now
from deployer.rollout.opening import open_engine
from deployer.rollout.plan import Plan, StackPlan
from deployer.rollout.progress import Listener, Note, StepDone, StepStarted
from deployer.rollout.stage import counted
from deployer.rollout.state_move import move_stack, point_to
from deployer.rollout.target import Target
from stacks.account import account_program

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine
    from schemas.cluster import Cluster

LEFT = "left"
"""Fact of an account: what an earlier undo left in it, in the words of its `kept`."""
LOCAL_STATE = "file://.state"
Approve = Callable[[Plan], None]
"""Shows a plan, and raises what ends the run when nobody agrees."""


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """An account that deploys can begin with."""

    account: str
    changed: bool
    detail: str
    facts: Mapping[str, Any]
    """`AccountOutputs.facts`."""
    moved: bool
    """Whether this run moved the project's state into the account's bucket."""
    kept_back: str
    """Why the project's state is still elsewhere; empty when it is in the bucket."""
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Undone:
    """An account that has nothing of ours left, but for keys."""

    account: str
    kept: Mapping[str, str]
    seconds: float


class Bootstrap:
    """One account under work: that of a cluster, or of a community's cluster.

    Raises BadInput for a name that nothing has, DeployerError where there is no account to make ready.
    """

    def __init__(self, project: Project, name: str, *, simulated: bool) -> None:
        alone = (project.clusters / f"{name}.yaml").is_file()
        loaded = load_cluster(project, name if alone else _cluster_name(project, name))
        self.cluster: Cluster = loaded.cluster
        self.cloud = cloud(self.cluster.provider)
        self.target = Target(project=project, name=name, alone=alone, simulated=simulated)
        place = self.cloud.state_place(self.cluster)
        if place is None:
            raise DeployerError(
                f"there is nothing to make ready for {name}: {self.cloud.title} has no account",
                left="nothing was changed",
                remedy=f"deployer deploy {name}",
            )
        self.place = place
        self.account = place.account
        self.stack = account_stack(self.account)
        self.workflows = workflows(project, self.account)

    def make_ready(self, approve: Approve, interruption: Interruption, listen: Listener) -> Readiness:
        """Make what is missing, and move the state into the account's bucket; nothing is done twice.

        Raises EngineFailed, Interrupted, and what `approve` raises. The same call goes on from there.
        """
        began = time.monotonic()
        engine = self._open(self.target, interruption, listen)
        with claimed(engine.backend, self.target, listen):
            detail = self._bring_up(engine, approve, listen)
        facts = self._facts()
        moved, kept_back = self._settle_state(facts["state"], listen)
        return Readiness(
            account=self.account,
            changed=bool(detail),
            detail=detail or "unchanged",
            facts=facts,
            moved=moved,
            kept_back=kept_back,
            seconds=time.monotonic() - began,
        )

    def undo(self, approve: Approve, interruption: Interruption, listen: Listener) -> Undone:
        """Take away what `make_ready` made, the bucket with all old states in it; only keys stay.

        Raises DeployerError while anything is deployed with that state, EngineFailed and Interrupted.
        """
        began = time.monotonic()
        facts = self._facts()
        self._refuse_in_use(facts)
        approve(Plan(name=self.account, stacks=(StackPlan(part=ACCOUNT, stack=self.stack, changes=()),)))
        target = self._back_to_folder(facts, listen)
        engine = self._open(target, interruption, listen)
        with claimed(engine.backend, target, listen):
            self._take_down(engine, facts, listen)
        return Undone(account=self.account, kept=dict(facts["kept"]), seconds=time.monotonic() - began)

    def _open(self, target: Target, interruption: Interruption, listen: Listener) -> Engine:
        return open_engine(
            target, provider=self.cluster.provider, tools=self.cloud.tools, interruption=interruption, listen=listen
        )

    def _bring_up(self, engine: Engine, approve: Approve, listen: Listener) -> str:
        ledger = Ledger(engine.backend.files)
        before = ledger.read(self.stack) or self._as_recorded()
        program = account_program(self.account, self._asked(before.facts))
        engine.settle(self.stack)
        plan = self._plan(engine, program)
        if plan.empty and before.inputs:
            return ""
        approve(plan)
        began = time.monotonic()
        listen(StepStarted(step=ACCOUNT))
        ledger.write(self.stack, before.unfinished())
        outcome = engine.up(self.stack, program)
        told = dict(outcome.outputs["facts"])
        made = {**told, LEFT: _left(before.facts, told["kept"])}
        ledger.write(self.stack, self._as_recorded(inputs="made", facts=made))
        listen(StepDone(step=ACCOUNT, seconds=time.monotonic() - began, detail=counted(outcome.changes)))
        return counted(outcome.changes)

    def _take_down(self, engine: Engine, facts: Mapping[str, Any], listen: Listener) -> None:
        ledger = Ledger(engine.backend.files)
        began = time.monotonic()
        listen(StepStarted(step=f"undo {ACCOUNT}"))
        # What is protected must be told first that it may go.
        engine.up(self.stack, account_program(self.account, self._asked(facts, protect=False)))
        outcome = engine.destroy(self.stack)
        left = {"region": facts["region"], "state": facts["state"], LEFT: _left(facts, ())}
        ledger.write(self.stack, self._as_recorded(facts=left))
        listen(StepDone(step=f"undo {ACCOUNT}", seconds=time.monotonic() - began, detail=counted(outcome.changes)))

    def _asked(self, facts: Mapping[str, Any], *, protect: bool = True) -> AccountArgs:
        settings = self.target.settings
        elsewhere = settings.folder is None and settings.backend_url != self.place.backend_url
        return AccountArgs(
            cluster=self.cluster,
            workflows=self.workflows,
            region=facts.get("region"),
            keeps_state=bool(facts["state"]) if "state" in facts else not elsewhere,
            protect=protect,
            adopt=facts.get(LEFT, ()),
        )

    def _plan(self, engine: Engine, program: Callable[[], None]) -> Plan:
        outcome = engine.preview(self.stack, program)
        planned = StackPlan(part=ACCOUNT, stack=self.stack, changes=outcome.changes, drifted=outcome.drifted)
        return Plan(name=self.account, stacks=(planned,))

    def _facts(self) -> Mapping[str, Any]:
        record = Ledger(Backend(self.target.settings).files).read(self.stack)
        if record is None or record.inputs is None:
            raise DeployerError(
                f"account {self.account} was not made ready from here",
                left="nothing was changed",
                remedy=f"deployer bootstrap {self.target}",
            )
        return record.facts

    def _as_recorded(self, *, inputs: str | None = None, facts: Mapping[str, Any] | None = None) -> Record:
        return Record(
            cluster_stack=self.stack,
            provider=self.cluster.provider,
            inputs=inputs,
            facts=dict(facts or {}),
            deployed_at=now(),
            deployer_version=version("hubs"),
        )

    def _settle_state(self, state: Mapping[str, str] | None, listen: Listener) -> tuple[bool, str]:
        """Move the state to where it belongs; whether that was done now, and why it was not."""
        here = self.target.settings
        if here.folder is None or state is None:
            return False, ""
        if self.target.simulated:
            return False, "a simulated bucket holds nothing: the state stays in this checkout"
        others = [stack for stack in Ledger(Backend(here).files).stacks() if stack != self.stack]
        if others:
            return False, (
                f"{', '.join(others)} have their state in {here.folder}: take them down and run this again, "
                "or deploy to this account from a checkout of its own"
            )
        listen(Note(text=f"the state moves to {state['backend_url']}, and Pulumi.yaml says so from now on"))
        file = self.target.project.root / "Pulumi.yaml"
        there = Backend(self.target.elsewhere(**state))
        move_stack(Backend(here), there, self.stack, lambda: point_to(file, **state))
        return True, ""

    def _refuse_in_use(self, facts: Mapping[str, Any]) -> None:
        ledger = Ledger(Backend(self.target.settings).files)
        others = [stack for stack in ledger.stacks() if stack != self.stack and not _undone(ledger.read(stack))]
        if self.target.settings.folder is not None or facts["state"] is None:
            # Otherwise the bucket that goes holds the state of them all, whichever cloud they are in.
            others = [stack for stack in others if self._stands_here(ledger, stack)]
        if others:
            raise DeployerError(
                f"account {self.account} is in use: {', '.join(others)}",
                left="nothing was changed",
                remedy="deployer destroy takes them down, with --delete-data where people's files were kept: "
                "only the state says where these are",
            )

    def _stands_here(self, ledger: Ledger, stack: str) -> bool:
        record = ledger.read(stack)
        under = ledger.read(record.cluster_stack) if record else None
        if under is None or under.provider != self.cluster.provider:
            return False
        return bool(under.facts.get("site", {}).get("account", self.account) == self.account)

    def _back_to_folder(self, facts: Mapping[str, Any], listen: Listener) -> Target:
        """The state out of the bucket that is about to go."""
        here, project = self.target.settings, self.target.project
        if here.folder is not None or facts["state"] is None:
            return self.target
        listen(Note(text="the state moves back to this checkout, and Pulumi.yaml says so from now on"))
        there = self.target.elsewhere(f"file://{project.root / '.state'}", PASSPHRASE_PROVIDER)
        file = project.root / "Pulumi.yaml"
        move_stack(Backend(here), Backend(there), self.stack, lambda: point_to(file, LOCAL_STATE, None))
        return replace(self.target)


def _undone(record: Record | None) -> bool:
    """Whether it is of an account that was taken back."""
    return record is None or (LEFT in record.facts and "account" not in record.facts)


def _left(before: Mapping[str, Any], kept: Collection[str]) -> list[str]:
    """What the account has besides that which its stack has and keeps now."""
    return sorted({*before.get(LEFT, ()), *(set(before.get("kept", ())) - set(kept))})


def _cluster_name(project: Project, community: str) -> str:
    from deployer.config import load_deployments

    return load_deployments(project, community).deployments["staging"].cluster_name
