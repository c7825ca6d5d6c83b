"""One thing that was done to one stack: what is known when it begins, and what when it ends."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from deployer.rollout.engine.process_identity import identity

FORMAT = 1
Kind = Literal["deploy", "rollback", "went back", "destroy"]
Result = Literal["well", "failed", "held", "interrupted"]
"""`held`: nothing was touched, since something else was not fit to be followed."""
Outcome = Literal["well", "failed", "held", "interrupted", "under way"]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Begun(_Kept):
    """What is known when it begins."""

    format: int = FORMAT
    number: int
    """Of the rollout: stages of one community that are rolled out together share it."""
    kind: Kind
    who: str
    run_url: str = ""
    """Of the workflow's run, where it was one."""
    at: datetime
    commit: str | None = None
    changed: bool = False
    """Whether the checkout had changes that are in no commit."""
    inputs: str | None = None
    """Digest of the inputs, as the record has it."""
    kept: str | None = None
    """Digest of the inputs without code and secrets, by which they are kept."""
    origin: int | None = None
    """Of a rollback: the rollout whose inputs these are."""
    deployer_version: str = ""
    pid: int = 0
    process: str = ""
    """Which process it was, beyond its number (see `identity`)."""
    hostname: str = ""


class Ended(_Kept):
    """How it went."""

    result: Result
    at: datetime
    seconds: float
    reason: str = ""
    """Of what did not go well."""
    changes: str = ""
    """What was done to resources, in a few words."""
    inputs_kept: bool = True
    """Of what went well: nothing can go back to inputs that could not be kept."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Both; without an end when it was killed, or is still at work."""

    stack: str
    begun: Begun
    ended: Ended | None

    @property
    def number(self) -> int:
        return self.begun.number

    @property
    def outcome(self) -> Outcome:
        """How it went, or is going."""
        if self.ended:
            return self.ended.result
        return "under way" if self._alive_here else "interrupted"

    @property
    def well(self) -> bool:
        """Whether the stack was well with these inputs, and they are kept."""
        kept = self.begun.kept is not None and self.ended is not None and self.ended.inputs_kept
        return self.outcome == "well" and self.begun.kind != "destroy" and kept

    @property
    def half_way_back(self) -> bool:
        """Whether it is a way back that came to no good end: somebody who goes back goes there once more."""
        return self.begun.origin is not None and self.outcome != "well"

    @property
    def inputs_of(self) -> int:
        """The rollout that these inputs first came with."""
        return self.begun.origin or self.begun.number

    @property
    def _alive_here(self) -> bool:
        return (
            self.begun.hostname == socket.gethostname()
            and self.begun.pid != os.getpid()
            and self.begun.process != ""
            and identity(self.begun.pid) == self.begun.process
        )
