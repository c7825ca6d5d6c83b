"""Writes one entry of the history: its beginning, and its end whatever comes."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

from deployer.errors import DeployerError, Interrupted
from deployer.project import Project
from deployer.revisions import revision
from deployer.rollout.engine.process_identity import identity
from deployer.rollout.history.actor import actor
from deployer.rollout.history.entry import Begun, Ended, Kind, Result
from deployer.rollout.history.pages import History
from deployer.rollout.ledger import now


@dataclass
class Writing:
    """An entry that is begun."""

    number: int
    changes: str = ""
    result: Result = "well"


def begun_now(project: Project, number: int, kind: Kind) -> Begun:
    """An entry that begins here and now: who, on which machine, from which commit."""
    who, where = actor(), revision(project)
    return Begun(
        number=number,
        kind=kind,
        who=who.who,
        run_url=who.run_url,
        at=now(),
        commit=where.commit if where else None,
        changed=bool(where and where.changed),
        deployer_version=version("hubs"),
        pid=os.getpid(),
        process=identity(os.getpid()) or "",
        hostname=socket.gethostname(),
    )


@contextmanager
def written(history: History, stack: str, begun: Begun, *, keep: Callable[[], str] | None = None) -> Iterator[Writing]:
    """What is done within, and how it ends: whatever is raised is its reason, and goes on.

    `keep` is called when it ended well, before that is written; it says why inputs were not kept, where they were not.
    """
    history.begin(stack, begun)
    began, writing = time.monotonic(), Writing(begun.number)

    def end(reason: str, *, inputs_kept: bool) -> None:
        ended = Ended(
            result=writing.result,
            at=now(),
            seconds=round(time.monotonic() - began, 1),
            reason=reason,
            changes=writing.changes,
            inputs_kept=inputs_kept,
        )
        history.end(stack, begun, ended)

    try:
        yield writing
    except BaseException as error:
        if writing.result == "well":
            writing.result = "interrupted" if isinstance(error, KeyboardInterrupt | Interrupted) else "failed"
        with contextlib.suppress(DeployerError):  # what ended it may be that the state is out of reach
            end(error.fault if isinstance(error, DeployerError) else type(error).__name__, inputs_kept=False)
        raise
    why_not_kept = keep() if keep else ""
    try:
        end(why_not_kept, inputs_kept=not why_not_kept)
    except DeployerError as error:
        error.left = f"what was to be done to {stack} is done; its history does not say so"
        raise
