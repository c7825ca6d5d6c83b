"""The gate before prod: only a staging that is up, from the very same inputs, and was used as a person would."""

from __future__ import annotations

from deployer.rollout.standing import Standing
from deployer.rollout.subject import Subject


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
