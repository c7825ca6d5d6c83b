"""Domains across the fleet: each belongs to one hub."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

from deployer.config.document import Path, path_text
from deployer.config.load import read_document
from deployer.config.resolve import STAGING_PREFIX
from deployer.errors import Place, Problem
from schemas.stage import STAGES


@dataclass(frozen=True)
class Claim:
    """A hub's domain, and where it is written."""

    community: str
    stage: str
    file: File
    label: str
    path: Path

    @property
    def place(self) -> Place:
        # Clashes are rare: reading the file again is cheaper than keeping all of them.
        return read_document(self.file, self.label).place(self.path)


class Domains:
    """Which hubs want which domains."""

    def __init__(self) -> None:
        self._claims: dict[str, list[Claim]] = {}

    def add(self, data: dict[str, Any], community: str, file: File, label: str) -> None:
        """The domains that a community file asks for, right or wrong in other respects."""
        for stage in reversed(STAGES):  # prod first: it is what people wrote
            domain, path = _domain(data, stage)
            if domain is not None:
                self._claims.setdefault(domain, []).append(Claim(community, stage, file, label, path))

    def clashes(self, communities: Collection[str]) -> Iterator[Problem]:
        """Domains that one of these communities wants and another hub too, once for each place."""
        return (problem for _, problem in self.clashes_by_community(communities))

    def clashes_by_community(self, communities: Collection[str]) -> Iterator[tuple[str, Problem]]:
        """The same, each with the community that it stands in."""
        said: set[Place] = set()
        for domain, claims in self._claims.items():
            for claim in claims if len(claims) > 1 else ():
                if claim.community not in communities or claim.place in said:
                    continue
                other = next(each for each in claims if each is not claim)
                if other.community == claim.community and claim.path[0] == "hub":
                    continue  # said at the stage's own line
                said.add(claim.place)
                whose = "this hub's own" if other.community == claim.community else f"{other.community}'s"
                problem = Problem(
                    place=claim.place,
                    path=path_text(claim.path),
                    fault=f"{domain} is {whose} domain in {other.stage} too ({_beside(claim, other)})",
                    remedy="each hub needs a domain of its own",
                )
                yield claim.community, problem


def _beside(claim: Claim, other: Claim) -> str:
    """The other's place, as briefly as it is clear."""
    return f"line {other.place.line}" if other.label == claim.label else str(other.place)


def prod_domain(data: dict[str, Any]) -> str | None:
    """The domain of a community's prod hub, as its file has it."""
    return _domain(data, "prod")[0]


def _domain(data: dict[str, Any], stage: str) -> tuple[str | None, Path]:
    """A stage's domain, and where it is written."""
    own: Path = ("stages", stage, "hub", "domain")
    over = _at(data, own[:-1])
    if isinstance(over, dict) and "domain" in over:
        return _text(over["domain"]), own
    domain = _text(_at(data, ("hub", "domain")))
    return (STAGING_PREFIX + domain if domain and stage == "staging" else domain), ("hub", "domain")


def _at(data: Any, path: Path) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
