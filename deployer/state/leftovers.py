"""What runs leave behind that ended in the middle, beside the stacks themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from deployer.rollout.account import ACCOUNT
from deployer.rollout.claim import FOLDER as CLAIMS
from deployer.rollout.claim import CutOff, clear_claim, read_claim, readable_claims
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.guard import certainly_dead
from deployer.rollout.engine.lock import Lock
from deployer.rollout.fleet.journal import FOLDER as JOURNALS
from deployer.rollout.fleet.journal import Journals
from deployer.rollout.heartbeat import FOLDER as BEATS
from deployer.rollout.ledger import Record


@dataclass(frozen=True, kw_only=True)
class Repair:
    """One thing to mend."""

    where: str
    what: str
    do: Callable[[], None] = field(repr=False)
    needs_engine: bool = False


def leftovers(backend: Backend, names: Collection[str]) -> Iterator[Repair]:
    """What to clear away: claims on these communities and clusters, and what belongs to no one of them."""
    yield from _claims(backend, names)
    for path in silent_hearts(backend):
        yield Repair(where=path, what="remove what a killed run left of itself", do=partial(backend.files.delete, path))
    journals = Journals(backend)
    for lock, journal in journals.killed():
        what = f"note that a rollout of several communities ({journal.asked}) was killed ({lock}); it can be resumed"
        yield Repair(where=lock.path, what=what, do=partial(journals.note_killed, lock.path))
    for path in cut_off(backend, JOURNALS):
        what = "remove what a rollout of several communities noted, which is cut off"
        yield Repair(where=path, what=what, do=partial(backend.files.delete, path))


def orphaned(stack: str, record: Record, stacks: Collection[str]) -> bool:
    """Whether a record speaks of what is not there. That of an account that was taken back stays."""
    return stack not in stacks and not record.kept and not stack.endswith(f"-{ACCOUNT}")


def silent_hearts(backend: Backend) -> list[str]:
    """Beats of runs that hold nothing any more; none while a claim cannot be read: it may be theirs."""
    # Before the claims: a run begins with its claim, so that whoever beats by now holds one.
    beats = backend.files.list(BEATS)
    held, unreadable = readable_claims(backend) if beats else ([], [])
    holding = {claim.id for claim in held}
    return [] if unreadable else sorted(path for path in beats if path.rpartition("/")[2] not in holding)


def cut_off(backend: Backend, folder: str) -> list[str]:
    """Files of JSON in a folder that nobody can read. One of a newer version is whole, and none of these."""
    paths = [path for path in sorted(backend.files.list(folder)) if path.endswith(".json")]
    return [path for path in paths if _cut_off(backend.files.read(path))]


def readable_locks(backend: Backend, stacks: Sequence[str]) -> tuple[list[Lock], list[str]]:
    """The engine's locks on stacks, without those of the stacks that come second: on these one cannot be read."""
    folder = backend.locks_folder()
    torn = {path.split("/")[-2] for path in cut_off(backend, folder)}
    locked = {path.split("/")[-2] for path in backend.files.list(folder)} - torn
    found = [lock for stack in stacks if stack in locked for lock in backend.locks(stack)]
    return found, [stack for stack in stacks if stack in torn]


def claimed_names(backend: Backend) -> set[str]:
    """Communities and clusters with a claim, be it readable or not."""
    return {_claimed(path) for path in backend.files.list(CLAIMS)}


def _claims(backend: Backend, names: Collection[str]) -> Iterator[Repair]:
    for path in sorted(backend.files.list(CLAIMS)):
        name = _claimed(path)
        if name not in names:
            continue
        try:
            held = read_claim(backend, path, name)
        except CutOff:
            yield Repair(where=name, what="remove a claim that is cut off", do=partial(backend.files.delete, path))
            continue
        if held is not None and certainly_dead(backend, held):
            what = f"remove the claim of a run that was killed ({held})"
            yield Repair(where=name, what=what, do=partial(clear_claim, backend, held))


def _claimed(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".json")


def _cut_off(content: bytes | None) -> bool:
    try:
        return content is not None and not isinstance(json.loads(content), dict)
    except ValueError:
        return True
