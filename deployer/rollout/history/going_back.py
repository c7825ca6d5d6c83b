"""A prod that does not take an update goes back to what it was made from when it was last well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deployer.errors import DeployerError, EngineFailed, GateFailed, Interrupted
from deployer.rollout.history.chronicle import Chronicle
from deployer.rollout.history.entry import Entry
from deployer.rollout.history.pages import History
from deployer.rollout.history.restoring import Restoring
from deployer.rollout.ledger import Back
from deployer.rollout.plan import program
from deployer.rollout.progress import Note

if TYPE_CHECKING:
    from deployer.rollout.engine.events import Change
    from deployer.rollout.stage import Builder

LOSSES = ("replace", "delete")


def refuse_losses(stack: str, changes: Sequence[Change], data_types: Sequence[str]) -> None:
    """Raises GateFailed for a plan of going back that would replace or delete something with people's data in it."""
    lost = [change for change in changes if change.type in data_types and change.operation in LOSSES]
    if lost:
        what = ", ".join(f"{change.operation} {change.kind} {change.name}" for change in lost)
        raise GateFailed(
            f"{stack} cannot go back: that would {what}, which holds people's data",
            left="nothing was changed by going back",
            remedy="mend the community's file instead, and deploy it; data never goes back",
        )


@dataclass(frozen=True, kw_only=True)
class GoingBack:
    """Of one stage, after it failed."""

    stage: str
    builder: Builder
    failed: int
    """Number of the rollout that did."""
    make: Callable[[str, Builder], str]
    """Brings a stage up and checks it; says in a few words what was done."""

    def after(self, error: DeployerError) -> DeployerError:
        """Go back, and return the error that says all of it. Interrupts are raised."""
        subject, files = self.builder.subject, self.builder.ledger.files
        stack = subject.stack(self.stage)
        history = History(files)
        failing = history.stands_on(stack)
        entry = history.last_well(stack, unlike=failing.begun.kept if failing else None)
        if entry is None:
            why = "no other inputs are known with which it was well"
            error.left = "; ".join(words for words in (error.left, f"it does not go back: {why}") if words)
            return error
        there = _words(history.first(entry))
        self.builder.listen(Note(text=f"{error.fault}\n{stack} goes back to {there}", severity="warning"))
        try:
            how = self._go_back(stack, entry, Restoring(subject=subject, files=files))
        except Interrupted:
            raise
        except DeployerError as second:
            return self._stuck(stack, there, error, second)
        return GateFailed(
            f"{error.fault}\n  {stack} went back to {there}, and {how}",
            left=self._left(error, f"{stack} is as it was before this rollout, with people's data as it is now"),
            remedy=f"mend the file, then deployer deploy {subject.target}; "
            f"deployer history {subject.target} tells what happened",
        )

    def _go_back(self, stack: str, entry: Entry, restoring: Restoring) -> str:
        subject = restoring.restored({self.stage: entry})
        back = Back(from_number=self.failed, to_number=entry.inputs_of)
        builder = replace(self.builder, subject=subject, back=back)
        outcome = builder.engine.preview(stack, program(subject, self.stage))
        refuse_losses(stack, outcome.changes, subject.cloud.data_types)
        chronicle = Chronicle(subject=subject, files=builder.ledger.files, kind="went back")
        with chronicle.entry(self.stage, listen=builder.listen, origin=entry.inputs_of) as writing:
            writing.changes = self.make(self.stage, builder)
        return "passed its check again" if subject.checked else "was not checked: simulated"

    def _stuck(self, stack: str, there: str, first: DeployerError, second: DeployerError) -> DeployerError:
        kind = EngineFailed if isinstance(second, EngineFailed) else GateFailed
        return kind(
            f"{first.fault}\n  {stack} could not go back to {there} either: {second.fault}",
            left=self._left(first, second.left or f"{stack} stays as it is"),
            remedy=f"{second.remedy + '; ' if second.remedy else ''}what is known of it: "
            f"deployer status {self._target}, deployer history {self._target}",
        )

    def _left(self, error: DeployerError, now: str) -> str:
        words = [error.left] if isinstance(error, EngineFailed) and error.left else []
        return "; ".join([*words, now, "staging stays as it is, for you to look at"])

    @property
    def _target(self) -> str:
        return str(self.builder.subject.target)


def _words(entry: Entry) -> str:
    begun = entry.begun
    commit = f", {begun.commit[:12]}{' with changes' if begun.changed else ''}" if begun.commit else ""
    return f"rollout {entry.number} ({begun.at:%Y-%m-%d %H:%M} UTC{commit})"
