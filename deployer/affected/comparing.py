"""Two sides of the project, and what every way of comparing them needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from deployer.affected.names import Files
from deployer.affected.pairs import Pair
from deployer.affected.result import AffectedStack, Gone, Moved, Reason, Renamed, ResourceDifference, StackKind
from deployer.config.shared import Shelf
from deployer.errors import BadInput, Problem
from deployer.project import Project
from schemas.stage import STAGES


@dataclass
class Found:
    """What a comparison comes upon."""

    stacks: dict[str, AffectedStack] = field(default_factory=dict)
    gone: list[Gone] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        stack: str,
        kind: StackKind,
        name: str,
        reasons: Iterable[Reason],
        resources: Collection[ResourceDifference] = (),
    ) -> None:
        """Note a stack with its reasons, beside those it may have already; without any, it is not affected."""
        known = self.stacks.get(stack)
        both = sorted({*(known.reasons if known else ()), *reasons})
        if both:
            told = tuple(resources) or (known.resources if known else ())
            self.stacks[stack] = AffectedStack(stack=stack, kind=kind, name=name, reasons=tuple(both), resources=told)

    def add_hubs(self, name: str, reasons: Collection[Reason]) -> None:
        """Note both stages of a community."""
        for stage in STAGES:
            self.add(f"{name}-{stage}", stage, name, reasons)

    def fates(self, pairs: Iterable[Pair]) -> None:
        """Name what is gone, renamed, moved, new or wrong."""
        for pair in pairs:
            stacks = _stacks(pair)
            if pair.gone:
                self.gone.append(Gone(pair.name, stacks))
                continue
            if isinstance(pair.after, BadInput):
                self.problems += pair.after.problems
                self.add_hubs(pair.name, [Reason("unknown", "its file is not sound")])
            if pair.renamed:
                self.renamed.append(Renamed(pair.before_name, pair.name, stacks))
                self.add_hubs(pair.name, [Reason("renamed", f"from {pair.before_name}")])
            elif pair.come:
                self.add_hubs(pair.name, [Reason("new", "")])
            elif isinstance(pair.before, BadInput):
                self.add_hubs(pair.name, [Reason("unknown", "its file was not sound before")])
            before, after = pair.stands
            if before and after and pair.moved:
                self.moved.append(Moved(pair.name, before, after))
                if not before.cluster and after.cluster and not pair.renamed:
                    self.gone.append(Gone(pair.name, (f"{pair.name}-cluster",)))
                self.add_hubs(pair.name, [Reason("moved", f"from {before} to {after}")])


def _stacks(pair: Pair) -> tuple[str, ...]:
    """Those that a community had, with its own cluster."""
    hubs = tuple(f"{pair.before_name}-{stage}" for stage in STAGES)
    stood = pair.stands[0]
    return (*hubs, f"{pair.before_name}-cluster") if stood and not stood.cluster else hubs


class Comparison:
    """A base, a head, and the files that differ between them."""

    def __init__(self, base: Project, head: Project, changed: Collection[str]) -> None:
        self.base = base
        self.head = head
        self.changed = changed
        self.before = Files(base)
        self.after = Files(head)

    @cached_property
    def shelves(self) -> tuple[Shelf, Shelf]:
        """What communities share, before and after."""
        return tuple(Shelf(files.project, archetypes=files.archetypes) for files in (self.before, self.after))  # type: ignore[return-value]

    def shared_clusters_gone(self) -> Iterator[Gone]:
        """Those without a file; one that a community of the same name has for itself now is not gone."""
        for name in sorted(self.before.clusters - self.after.clusters - self.after.communities):
            yield Gone(name, (f"{name}-cluster",))
