"""What runs leave behind that ended in the middle, beside the stacks themselves."""

from __future__ import annotations

from collections.abc import Collection

from deployer.rollout.account import ACCOUNT
from deployer.rollout.claim import claims
from deployer.rollout.engine.backend import Backend
from deployer.rollout.heartbeat import FOLDER as BEATS
from deployer.rollout.ledger import Record


def orphaned(stack: str, record: Record, stacks: Collection[str]) -> bool:
    """Whether a record speaks of what is not there. That of an account that was taken back stays."""
    return stack not in stacks and not record.kept and not stack.endswith(f"-{ACCOUNT}")


def silent_hearts(backend: Backend) -> list[str]:
    """Beats of runs that hold nothing any more."""
    beats = backend.files.list(BEATS)
    holding = {claim.id for claim in claims(backend)} if beats else set()
    return sorted(path for path in beats if path.rpartition("/")[2] not in holding)
