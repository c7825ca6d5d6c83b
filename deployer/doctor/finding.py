"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it stands: fine, fine with a word of warning, or in the way of a deploy."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at."""

    subject: str
    verdict: Verdict
    said: str
    remedy: str = ""


def ok(subject: str, said: str) -> Finding:
    """All is well."""
    return Finding(subject=subject, verdict=Verdict.OK, said=said)


def warning(subject: str, said: str, remedy: str) -> Finding:
    """A deploy works, but there is something to know or to mend."""
    return Finding(subject=subject, verdict=Verdict.WARNING, said=said, remedy=remedy)


def fault(subject: str, said: str, remedy: str) -> Finding:
    """A deploy would fail."""
    return Finding(subject=subject, verdict=Verdict.FAULT, said=said, remedy=remedy)
