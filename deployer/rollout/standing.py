"""How a stage stands right now: its record, and what a look at the running hub adds to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from components.clouds import cloud
from deployer.rollout.digest import Digests
from deployer.rollout.ledger import Ledger, Record


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One stack's record and what differs from it."""

    record: Record | None
    drift: Sequence[str] = ()
    """One line per difference between what was deployed and what is there."""

    def up_to_date(self, stage: str, digests: Digests) -> bool:
        """Whether it was brought up, whole, from these very inputs, and is still so."""
        return self.record is not None and self.record.inputs == digests.stages[stage] and not self.drift

    def settled(self, stage: str, digests: Digests, *, checked: bool = True) -> bool:
        """Up to date, and found healthy in a rollout of these very inputs.

        With `checked` false, where nothing is there that a check could use, what stands is as good as healthy.
        """
        if self.record is None or not self.up_to_date(stage, digests) or self.record.rollout != digests.rollout:
            return False
        health = self.record.health
        return not checked or (health is not None and health.passed)


def standings(ledger: Ledger, stacks: Sequence[str], *, running: bool) -> Mapping[str, Standing]:
    """How hubs stand, by stack; a second at most, however many there are of them.

    With `running` false, where stand-ins take the cloud's place, there is no hub to look at.
    """
    with ThreadPoolExecutor(max_workers=max(1, min(16, len(stacks)))) as pool:
        return dict(zip(stacks, pool.map(lambda stack: _look(ledger, stack, running), stacks), strict=True))


def _look(ledger: Ledger, stack: str, running: bool) -> Standing:
    record = ledger.read(stack)
    if record is None or not record.facts or record.kept or not running:
        return Standing(record=record)
    return Standing(record=record, drift=cloud(record.provider).runtime(record.facts).observe())
