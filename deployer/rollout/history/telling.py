"""The history of a community or a cluster, as people ask for it."""

from __future__ import annotations

from itertools import islice

from deployer.rollout.engine.backend import Backend
from deployer.rollout.history.entry import Entry
from deployer.rollout.history.pages import History
from deployer.rollout.subject import cluster_stack, load_subject, stage_stack
from deployer.rollout.target import Target
from schemas.stage import STAGES


def told(target: Target, *, stage: str | None = None, last: int) -> list[Entry]:
    """No more than `last` entries, newest first; also of what no file speaks of any more.

    Raises BadInput for a name that neither a file nor the history has.
    """
    history = History(Backend(target.settings).files)
    if target.alone:
        stacks = [cluster_stack(target.name)]
    else:
        stacks = [stage_stack(target.name, each) for each in STAGES if stage in (None, each)]
    found = [entry for stack in stacks for entry in history.entries(stack, last=last)]
    if not found:
        load_subject(target, secrets_needed=False)  # no such name says so, with those that come near
    found.sort(key=lambda entry: (entry.number, entry.begun.at, entry.stack), reverse=True)
    return list(islice(found, last))
