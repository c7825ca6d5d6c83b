"""The gate before prod: only a staging that is up, from the very same inputs, and was used as a person would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from deployer.errors import GateFailed
from deployer.rollout.ledger import Ledger, now
from deployer.rollout.standing import Standing, standings
from deployer.rollout.subject import Subject

CHECK_HOLDS: Final = timedelta(minutes=5)
"""Ours: for so long a check of staging is taken for the present; later, prod's update has it checked once more."""


def unfit(staging: Standing, subject: Subject, *, checked: bool) -> str:
    """Why prod may not follow this staging; empty when it may."""
    record = staging.record
    if record is None:
        return "staging is not deployed"
    if record.inputs is None:
        return "the last rollout of staging did not end well"
    if staging.drift:
        return f"staging is not as it was deployed: {staging.drift[0]}"
    if checked and (record.health is None or not record.health.passed):
        return "staging did not pass its health check"
    if not staging.settled("staging", subject.digests, checked=checked):
        return "staging was brought up and checked with other inputs"
    return ""


def refuse_unless_fit(subject: Subject, ledger: Ledger, check_again: Callable[[], object]) -> None:
    """Right before prod is touched: staging may have been well and be well no longer.

    A look at it, and where its last check is older than CHECK_HOLDS, the check itself. Raises GateFailed.
    """
    stack = subject.stack("staging")
    standing = standings(ledger, [stack], running=subject.checked)[stack]
    reason = unfit(standing, subject, checked=subject.checked)
    if reason:
        raise _held(subject, reason, "")
    health = standing.record.health if standing.record else None
    if subject.checked and health is not None and now() - health.at > CHECK_HOLDS:
        try:
            check_again()
        except GateFailed as error:
            raise _held(subject, error.fault, error.left) from None


def _held(subject: Subject, reason: str, left: str) -> GateFailed:
    return GateFailed(
        f"{subject.stack('prod')} may not follow staging: {reason}",
        left="; ".join(words for words in (left, "prod was not touched") if words),
        remedy=f"deployer status {subject.target}; then deployer deploy {subject.target} mends staging and goes on",
    )
