"""What people read on a hub's pages while it is updated, and for a while after; and what somebody tells them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, Literal

from components.clouds import cloud
from components.survey.errors import ClusterUnseenError, ForbiddenError
from deployer.errors import BadInput, DeployerError, EngineFailed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.ledger import Ledger, Record, now
from deployer.rollout.progress import Listener, Note
from deployer.rollout.subject import Subject, load_subject, stage_stack
from deployer.rollout.target import Target

Slot = Literal["by-hand", "rollout"]
"""Two that never take each other's place: a person's words outlive a rollout."""
UPDATING: Final = "This hub is being updated. Your servers go on running; pages may not answer for a minute."
LONGEST: Final = timedelta(hours=1)
"""Ours: a rollout that was killed must not announce itself for ever."""
NOTED: Final = timedelta(minutes=30)
"""Ours: for so long after an update a page says that there was one."""
LONGEST_TEXT: Final = 1000


@contextmanager
def while_updated(subject: Subject, ledger: Ledger, listen: Listener) -> Iterator[None]:
    """Tell people on prod's pages, where it is up, that it is being updated, and then that it was.

    What cannot be told is a warning: no update fails for it.
    """
    stack = subject.stack("prod")
    if not subject.checked or not _try(ledger, stack, UPDATING, LONGEST, listen):
        yield  # there is nobody yet, or no hub
        return
    try:
        yield
    except BaseException:
        _try(ledger, stack, None, LONGEST, listen)
        raise
    _try(ledger, stack, f"This hub was updated on {now():%Y-%m-%d at %H:%M} UTC.", NOTED, listen)


def announce(target: Target, stage: str, text: str | None) -> str:
    """Show a text on a hub's pages until it is taken away, which None does; returns the hub's address.

    Raises BadInput for a text that is too long, DeployerError where no hub is up, EngineFailed where it is out of
    reach.
    """
    if text is not None and not 0 < len(text.strip()) <= LONGEST_TEXT:
        raise BadInput([], fault=f"an announcement has 1 to {LONGEST_TEXT} characters; this one has {len(text)}")
    stack = stage_stack(target.name, stage)
    record = Ledger(Backend(target.settings).files).read(stack)
    if record is None or not record.facts or record.kept:
        load_subject(target, secrets_needed=False)  # no such community says so, with the names that come near
        raise DeployerError(f"{stack} is not deployed", remedy=f"deployer deploy {target}")
    try:
        _tell(record, "by-hand", text.strip() if text else None, None)
    except ClusterUnseenError as error:
        raise EngineFailed(f"{stack}: {error.fault}", left="nothing was changed", remedy=error.remedy) from None
    except (ForbiddenError, OSError) as error:
        raise EngineFailed(f"{stack}: nothing can be announced: {error}", left="nothing was changed") from None
    return record.url


def _try(ledger: Ledger, stack: str, text: str | None, lasts: timedelta, listen: Listener) -> bool:
    """Whether there is a hub to tell it on, as far as anybody knows."""
    try:
        record = ledger.read(stack)
        if record is None or not record.facts or record.kept:
            return False
        _tell(record, "rollout", text, now() + lasts)
    except (DeployerError, ClusterUnseenError, ForbiddenError, OSError) as error:
        listen(Note(text=f"people on the hub are not told of the update: {error}", severity="warning"))
    return True


def _tell(record: Record, slot: Slot, text: str | None, until: datetime | None) -> None:
    content = None if text is None else json.dumps({"text": text, "until": until.isoformat() if until else None})
    cloud(record.provider).runtime(record.facts).announce(slot, content)
