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
        hostname=socket.gethostname(),
    )


@contextmanager
def written(history: History, stack: str, begun: Begun, *, keep: Callable[[], None] | None = None) -> Iterator[Writing]:
    """What is done within, and how it ends: whatever is raised is its reason, and goes on.

    `keep` is called when it ended well, before that is written.
    """
    history.begin(stack, begun)
    began, writing = time.monotonic(), Writing(begun.number)

    def ended(reason: str) -> Ended:
        seconds = round(time.monotonic() - began, 1)
        return Ended(result=writing.result, at=now(), seconds=seconds, reason=reason, changes=writing.changes)

    try:
        yield writing
    except BaseException as error:
        if writing.result == "well":
            writing.result = "interrupted" if isinstance(error, KeyboardInterrupt | Interrupted) else "failed"
        with contextlib.suppress(DeployerError):  # what ended it may be that the state is out of reach
            history.end(stack, begun, ended(error.fault if isinstance(error, DeployerError) else type(error).__name__))
        raise
    if keep:
        keep()
    history.end(stack, begun, ended(""))
