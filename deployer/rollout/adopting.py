"""Taking over what stands where only code changed that makes nothing else of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.standing import Standing
from deployer.rollout.subject import Subject

_rendering = threading.Lock()
"""Programs are all computing: side by side in one interpreter they take longer, and more memory."""


@dataclass(frozen=True)
class Adoption:
    """A record, and what it becomes."""

    before: Record
    after: Record


def adoptions(subject: Subject, records: Mapping[str, Record | None]) -> dict[str, Adoption]:
    """Stack -> the adoption of its record, where what is asked is the same and so is what its program registers.

    `records` are by part, the cluster's among them. Programs run only where inputs differ and what is asked does not.
    """
    digests = subject.digests
    found = {}
    for part, record in records.items():
        if record is None or not may_be_adopted(subject, part, record):
            continue
        if _rendered(subject, part) == record.rendered:
            after = record.adopted(digests.inputs(part), digests.rollout, digests.asked_rollout)
            found[subject.stack(part)] = Adoption(record, after)
    return found


def may_be_adopted(subject: Subject, part: str, record: Record) -> bool:
    """Whether only other code differs, so that what its program registers must be looked at: a fifth of a second."""
    digests = subject.digests
    if record.inputs in (None, digests.inputs(part)) or record.rendered is None:
        return False
    return record.asked == digests.asked(part)


def with_adoptions(standings: Mapping[str, Standing], found: Mapping[str, Adoption]) -> dict[str, Standing]:
    """How stacks stand once they are adopted."""
    return {
        stack: replace(standing, record=found[stack].after) if stack in found else standing
        for stack, standing in standings.items()
    }


def keep(ledger: Ledger, found: Mapping[str, Adoption]) -> None:
    """Write them down, while nobody else is at the community; what somebody changed meanwhile is left alone."""
    for stack, adoption in found.items():
        if ledger.read(stack) == adoption.before:
            ledger.write(stack, adoption.after)


def _rendered(subject: Subject, part: str) -> str | None:
    # Only here: the SDK is not to be paid for when nothing changed.
    from deployer.rollout.rendered import rendered

    with _rendering:
        return rendered(subject, part)
