"""How often each hub's own keys were drawn, beside the state: `.hubs/keys/<community>.json`.

Not in git: whoever deploys next, from whichever checkout, must bring up the same keys.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deployer.errors import DeployerError

if TYPE_CHECKING:
    from deployer.rollout.engine.files import Files

FOLDER = ".hubs/keys"
FORMAT = 1
FIRST = 1


class Generations:
    """Those of all communities of one state; the place is looked through once."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def of(self, community: str) -> Mapping[str, int]:
        """By key, of those that were ever rotated. Raises DeployerError when the file is of a newer deployer."""
        return self._read(community) if _path(community) in self._there else {}

    def renew(self, community: str, keys: Collection[str]) -> Mapping[str, int]:
        """Count the keys up; the next rollout draws them anew."""
        after = counted_up(self._read(community), keys)
        document = {"format": FORMAT, "generations": dict(sorted(after.items()))}
        self._files.write(_path(community), json.dumps(document, indent=2).encode())
        self.__dict__.pop("_there", None)
        return after

    @cached_property
    def _there(self) -> Collection[str]:
        return frozenset(self._files.list(FOLDER))

    def _read(self, community: str) -> dict[str, int]:
        content = self._files.read(_path(community))
        if content is None:
            return {}
        try:
            document: Any = json.loads(content)
            if document["format"] == FORMAT:
                return {str(key): int(number) for key, number in document["generations"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        raise DeployerError(
            f"{_path(community)} beside the state cannot be read: a newer deployer wrote it, or it is damaged",
            left="nothing was changed",
            remedy="use the newer deployer, or put the file back from a backup",
        )


def counted_up(before: Mapping[str, int], keys: Collection[str]) -> Mapping[str, int]:
    """How often keys were drawn, by name, once these are drawn anew."""
    return {**before, **{key: before.get(key, FIRST) + 1 for key in keys}}


def _path(community: str) -> str:
    return f"{FOLDER}/{community}.json"
