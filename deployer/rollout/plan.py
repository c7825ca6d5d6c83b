"""What a deploy would do, from the real engine's previews of cluster, staging and prod."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployer.charts.gate import breaking_on_the_way
from deployer.rollout.asked import changes_asked
from deployer.rollout.charted import installed
from deployer.rollout.ledger import Ledger
from deployer.rollout.refused_values import refuse_bad_values
from deployer.rollout.subject import CLUSTER, Subject
from stacks.cluster import cluster_program
from stacks.hub import hub_program

if TYPE_CHECKING:
    from deployer.config.setting_changes import Changes
    from deployer.rollout.engine.engine import Engine
    from deployer.rollout.engine.events import Change

NOT_CHECKED = "not checked as a user: simulated"


@dataclass(frozen=True, kw_only=True)
class StackPlan:
    """One stack's part."""

    part: str
    """`cluster`, `staging` or `prod`."""
    stack: str
    changes: Sequence[Change]
    """Every resource, also those that stay the same."""
    new: bool = False
    """It was never there and was not previewed: all of it will be made."""
    drifted: Sequence[Change] = ()
    """What is not as it was deployed, and will be mended."""
    note: str = ""
    """What will be left out of it, and whether it stands on earlier inputs than its file's."""
    breaking: Sequence[str] = ()
    """Changes of charts on the way that somebody must have read."""
    asked: Changes | None = None
    """What the file asks for otherwise than at the last deploy; None where nobody kept what that was."""

    @property
    def effective(self) -> list[Change]:
        """What something would be done to."""
        return [change for change in self.changes if change.custom and change.operation not in ("same", "read")]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The stacks that would be worked on, in their order."""

    name: str
    """Of the community, or of the cluster alone."""
    stacks: Sequence[StackPlan]

    @property
    def empty(self) -> bool:
        return not any(stack.effective or stack.new for stack in self.stacks)


def make_plan(subject: Subject, engine: Engine, parts: Sequence[str], *, new_too: bool = True) -> Plan:
    """Preview the parts, at once; nothing is touched.

    Without `new_too` no engine looks at stacks that were never there: it could only say that all of them is made, and
    takes a third of the time that making it takes.

    Raises BadInput for values that a chart refuses, EngineFailed for what the engine or a provider refuses.
    """
    refuse_bad_values(subject, parts)
    ledger = Ledger(engine.backend.files)
    programs = {part: program(subject, part, cluster_known=_cluster_known(subject, engine, part)) for part in parts}

    def preview(part: str) -> StackPlan:
        stack = subject.stack(part)
        record = ledger.read(stack)
        unchecked = "" if part == CLUSTER or subject.checked else NOT_CHECKED
        note = "; ".join(filter(None, [unchecked, str(record.back or "") if record else ""]))
        if not new_too and engine.backend.stack(stack) is None:
            return StackPlan(part=part, stack=stack, changes=(), new=True, note=note)
        outcome = engine.preview(stack, programs[part])
        return StackPlan(
            part=part,
            stack=stack,
            changes=outcome.changes,
            drifted=outcome.drifted,
            note=note,
            breaking=breaking_on_the_way(installed(part, record)),
            asked=changes_asked(subject, part, record),
        )

    with ThreadPoolExecutor(max_workers=len(programs) or 1) as pool:
        return Plan(name=subject.name, stacks=tuple(pool.map(preview, programs)))


def program(
    subject: Subject, part: str, *, cluster_known: bool = True, protect: bool = True, keep_data: bool = True
) -> Callable[[], None]:
    """The Pulumi program of a part."""
    root = subject.project.root
    if part == CLUSTER:
        return cluster_program(
            subject.cluster_name,
            subject.cluster,
            root,
            protect=protect,
            keep_data=keep_data,
            simulated=subject.target.simulated,
        )
    return hub_program(
        subject.deployments[part],
        root,
        secrets=subject.secrets.of(part),
        key_generations=subject.secrets.generations,
        cluster_is_up=cluster_known,
        protect=protect,
        keep_data=keep_data,
    )


def _cluster_known(subject: Subject, engine: Engine, part: str) -> bool:
    # A stack that does not exist yet is previewed on an empty state, where the cluster does not exist either.
    if part == CLUSTER or engine.backend.stack(subject.stack(part)) is None:
        return False
    cluster = engine.backend.stack(subject.cluster_stack)
    return cluster is not None and bool(cluster.resources)
