"""Takes a community's hubs back to what an earlier rollout was made from: staging first, then prod, as any rollout."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deployer.errors import BadInput
from deployer.rollout.deploy import repeatable, roll_out, stage_words
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.files import Files
from deployer.rollout.history.entry import Entry
from deployer.rollout.history.pages import History
from deployer.rollout.history.restoring import Restoring
from deployer.rollout.interruption import Interruption
from deployer.rollout.plan import Plan
from deployer.rollout.progress import Listener
from deployer.rollout.promotion import Manner
from deployer.rollout.result import Rollout
from deployer.rollout.subject import Subject, load_subject, stage_stack
from deployer.rollout.target import Target
from schemas.stage import STAGES


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What a rollback would go back to."""

    subject: Subject
    """The community as it was then, but for its data."""
    entries: Mapping[str, Entry]
    """By stage."""
    to: int
    """The rollout after which they were so."""

    @property
    def origins(self) -> tuple[tuple[str, int], ...]:
        """For each stage, the rollout whose inputs it gets."""
        return tuple((stage, entry.inputs_of) for stage, entry in self.entries.items())


def earlier(target: Target, *, stages: Sequence[str] = STAGES, to: int | None = None) -> Earlier:
    """What the stages were made from after rollout `to`; by default before what they were last made from.

    Raises BadInput where the history has no such rollout that was well, or its inputs cannot be had any more.
    """
    subject = load_subject(target)
    files = Backend(target.settings).files
    if to is None:
        to = _before(files, target, stages[-1])
    else:
        _refuse_one_to_come(files, subject, to)
    entries = {stage: _well_at(files, stage_stack(target.name, stage), to) for stage in stages}
    return Earlier(subject=Restoring(subject=subject, files=files).restored(entries), entries=entries, to=to)


def roll_back(
    there: Earlier,
    *,
    goes_back: bool = True,
    accept_chart_changes: bool = False,
    show_plan: Callable[[Plan], None],
    interruption: Interruption,
    listen: Listener,
) -> Rollout:
    """Roll out what `earlier` found. Of one stage alone, without the gate.

    Raises GateFailed, also for what would lose data; EngineFailed; Interrupted.
    """
    stages = tuple(there.entries)
    manner = Manner(kind="rollback", by_hand=True, goes_back=goes_back, gated=len(stages) > 1, origins=there.origins)
    with repeatable(f"deployer rollback {there.subject.target} --to {there.to}{stage_words(stages)}"):
        return roll_out(
            there.subject,
            stages=stages,
            manner=manner,
            accept_chart_changes=accept_chart_changes,
            show_plan=show_plan,
            interruption=interruption,
            listen=listen,
        )


def _before(files: Files, target: Target, stage: str) -> int:
    """The newest rollout that was well before the one whose inputs the stage has now.

    Of a stage that went back it is the rollout that those inputs came with: the other stage was not back there. Of one
    whose way back came to no good end it is where that led to: the same command goes on.
    """
    stack, history = stage_stack(target.name, stage), History(files)
    now = history.stands_on(stack)
    if now and now.half_way_back:
        return now.inputs_of
    found = history.last_well(stack, unlike=now.begun.kept, before=now.inputs_of) if now else None
    if found is None:
        raise BadInput(
            [],
            fault=f"the history of {stack} has no earlier rollout that was well with other inputs",
            remedy=f"deployer history {target}",
        )
    return found.inputs_of


def _refuse_one_to_come(files: Files, subject: Subject, to: int) -> None:
    """A number that was never given is a slip of the hand: what is asked for is not what there is now."""
    newest = History(files).next_number(map(subject.stack, subject.stages)) - 1
    if to > newest:
        raise BadInput(
            [],
            fault=f"{subject.name} has had no rollout {to} yet: the newest is {newest}",
            remedy=f"deployer history {subject.target}",
        )


def _well_at(files: Files, stack: str, number: int) -> Entry:
    found = History(files).last_well(stack, up_to=number)
    if found is None:
        raise BadInput(
            [],
            fault=f"the history of {stack} has no rollout up to {number} that was well and whose inputs are kept",
            remedy=f"deployer history {stack.rpartition('-')[0]}",
        )
    return found
