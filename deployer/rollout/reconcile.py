"""Refresh: compare the recorded state with reality, and record what is true."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployer.rollout.claim import claimed
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.opening import open_engine
from deployer.rollout.progress import Listener
from deployer.rollout.subject import CLUSTER, load_subject
from deployer.rollout.target import Target
from deployer.state.accounts import require_own_account

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine
    from deployer.rollout.engine.events import Change


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What a refresh found in one stack."""

    part: str
    stack: str
    drifted: Sequence[Change]
    """Gone (delete) or changed (update) since the state was written."""


def refresh(target: Target, *, interruption: Interruption, listen: Listener) -> list[Refreshed]:
    """Record what is true of a community's stacks, or a cluster's; stacks that do not exist are left out.

    Changes no resource. Where something differs, the stack's record promises nothing any more, and the next deploy
    mends it.
    """
    subject = load_subject(target, secrets_needed=False)
    engine = open_engine(target, provider=subject.cluster.provider, interruption=interruption, listen=listen)
    ledger = Ledger(engine.backend.files)
    require_own_account(subject, engine.backend)
    with ExitStack() as held:
        held.enter_context(claimed(engine.backend, target, listen))
        if not target.alone:
            cluster = target.cluster(subject.cluster_name)
            held.enter_context(claimed(engine.backend, cluster, listen, in_turn=interruption))
        stacks = {part: subject.stack(part) for part in (CLUSTER, *subject.stages)}
        existing = {part: stack for part, stack in stacks.items() if engine.backend.stack(stack) is not None}
        return [_refresh(engine, ledger, part, stack) for part, stack in existing.items()]


def _refresh(engine: Engine, ledger: Ledger, part: str, stack: str) -> Refreshed:
    outcome = engine.refresh(stack)
    record = ledger.read(stack)
    if outcome.drifted and record is not None:
        ledger.write(stack, record.unfinished())
    return Refreshed(part=part, stack=stack, drifted=outcome.drifted)
