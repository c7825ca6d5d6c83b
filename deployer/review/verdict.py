"""Who decides on each part of a change, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from deployer.errors import Place

Who = Literal["nobody", "own", "operators"]
ORDER: Sequence[Who] = ("nobody", "own", "operators")
"""From the least to the most."""
CLOSED = "not-named"
"""In place of a rule's name where no rule names what was changed."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One change of a community, and who decides on it."""

    who: Who
    rule: str
    """The rule's name."""
    reason: str
    """The rule's, for people."""
    beyond: tuple[str, ...] = ()
    """Limits of the rule that the change exceeds."""
    place: Place
    path: str
    """In the file's own terms."""
    setting: str
    """As people say it."""
    old: str
    new: str
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CommunityReview:
    """All changes of one community."""

    name: str
    maintainers: tuple[str, ...]
    """On GitHub, as the base has them: a change cannot name its own."""
    verdicts: tuple[Verdict, ...]

    @property
    def who(self) -> Who:
        return most(verdict.who for verdict in self.verdicts)


@dataclass(frozen=True, kw_only=True)
class FileReview:
    """A changed file that is no community's alone, or that changes nothing."""

    path: str
    who: Who
    reason: str
    communities: tuple[str, ...] = ()
    """Those that resolve to something else because of it."""


@dataclass(frozen=True, kw_only=True)
class Review:
    """A whole change."""

    base: str
    """The commit where it left the reference."""
    rules_of: str
    """The commit whose policy and contacts decide: the reference's own, however old the change is."""
    operators: tuple[str, ...]
    communities: tuple[CommunityReview, ...]
    files: tuple[FileReview, ...]

    @property
    def who(self) -> Who:
        """The most that any part needs."""
        return most([*(each.who for each in self.communities), *(each.who for each in self.files)])


def most(parts: Iterable[Who]) -> Who:
    """The one who may decide on all of it; nobody is needed for nothing."""
    return max(parts, key=ORDER.index, default="nobody")
