"""The history's files beside the state: two for each entry, each written once and never again.

An entry that has its beginning and no end was interrupted, whatever killed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from pydantic import ValidationError

from deployer.errors import DeployerError
from deployer.rollout.engine.files import Files
from deployer.rollout.history.entry import FORMAT, Begun, Ended, Entry

FOLDER = ".hubs/history"
BEGUN, ENDED = "begun.json", "ended.json"


class History:
    """Of all stacks of one state."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def next_number(self, stacks: Iterable[str]) -> int:
        """For what is done to some of these stacks next."""
        return 1 + max((number for stack in stacks for number in self._numbers(stack)), default=0)

    def begin(self, stack: str, begun: Begun) -> None:
        """Write that something begins; raises EngineFailed where the state cannot be reached."""
        if not self._files.create(_path(stack, begun.number, BEGUN), begun.model_dump_json(indent=2).encode()):
            raise DeployerError(
                f"the history of {stack} has an entry {begun.number} already: another run has just made it",
                left="nothing was changed",
                remedy="run the same command again",
            )

    def end(self, stack: str, begun: Begun, ended: Ended) -> None:
        """Write how it went."""
        self._files.create(_path(stack, begun.number, ENDED), ended.model_dump_json(indent=2).encode())

    def entries(self, stack: str, *, last: int | None = None) -> list[Entry]:
        """What was done to a stack, newest first; with `last`, no more than so many."""
        return [entry for number in self._numbers(stack)[:last] if (entry := self._entry(stack, number))]

    def lifetime(self, stack: str, *, up_to: int | None = None) -> Iterator[Entry]:
        """What was done to a stack since it was last destroyed, newest first, each read when it is asked for.

        With `up_to`, as that was after this rollout.
        """
        numbers = (number for number in self._numbers(stack) if up_to is None or number <= up_to)
        entries = (entry for number in numbers if (entry := self._entry(stack, number)))
        return takewhile(lambda entry: entry.begun.kind != "destroy", entries)

    def stands_on(self, stack: str) -> Entry | None:
        """What a stack was last made from, however that went; None when nobody wrote it down, or it was destroyed."""
        return next((entry for entry in self.lifetime(stack) if entry.outcome != "held"), None)

    def last_well(
        self, stack: str, *, unlike: str | None = None, before: int | None = None, up_to: int | None = None
    ) -> Entry | None:
        """The newest entry that ended well, and whose inputs are kept.

        `unlike` is the digest of the inputs that it must not have; `before`, the rollout that they must have come
        ahead of; `up_to`, the newest that may be looked at.
        """
        for entry in self.lifetime(stack, up_to=up_to):
            if entry.well and entry.begun.kept != unlike and (before is None or entry.inputs_of < before):
                return entry
        return None

    def first(self, entry: Entry) -> Entry:
        """The rollout that an entry's inputs first came with; the entry itself where nothing tells of that any more."""
        return (self._entry(entry.stack, entry.begun.origin) if entry.begun.origin else None) or entry

    def _entry(self, stack: str, number: int) -> Entry | None:
        begun, ended = (self._files.read(_path(stack, number, half)) for half in (BEGUN, ENDED))
        if begun is None:
            return None
        try:
            first = Begun.model_validate_json(begun)
            second = None if ended is None else Ended.model_validate_json(ended)
        except ValidationError:
            raise _unreadable(stack, number) from None
        if first.format > FORMAT:
            raise _unreadable(stack, number)
        return Entry(stack=stack, begun=first, ended=second)

    def _numbers(self, stack: str) -> list[int]:
        """Of all entries, newest first."""
        names = (path.rpartition("/")[2].partition(".") for path in self._files.list(f"{FOLDER}/{stack}"))
        return sorted((int(number) for number, _, half in names if half == BEGUN and number.isdigit()), reverse=True)


def _path(stack: str, number: int, half: str) -> str:
    return f"{FOLDER}/{stack}/{number:06}.{half}"


def _unreadable(stack: str, number: int) -> DeployerError:
    return DeployerError(
        f"entry {number} of the history of {stack} cannot be read: a newer version of the deployer wrote it, or nobody "
        "of ours",
        left="nothing was changed",
        remedy=f"update this checkout; else look at {_path(stack, number, BEGUN)} beside the state",
    )
