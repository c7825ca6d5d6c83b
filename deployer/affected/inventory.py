"""All stacks that a checkout asks for, with their clouds."""

from __future__ import annotations

from typing import NamedTuple

from deployer.affected.comparing import Comparison
from deployer.affected.result import StackKind
from deployer.config.load import parse
from deployer.errors import BadInput
from schemas.stage import STAGES


class Stack(NamedTuple):
    """One of them."""

    stack: str
    kind: StackKind
    name: str
    provider: str


def stacks_of(comparison: Comparison) -> list[Stack]:
    """Those of the head; of a file that cannot be read, none."""
    shelf = comparison.shelves[1]
    clusters = {name: shelf.cluster(name).value for name in shelf.cluster_names}
    found = [Stack(f"{name}-cluster", "cluster", name, one.provider) for name, one in clusters.items() if one]
    for name in sorted(comparison.after.communities):
        try:
            cluster = parse(comparison.after.community(name).decode("utf-8-sig"), name).data.get("cluster")
        except (BadInput, UnicodeDecodeError):
            continue
        if isinstance(cluster, dict):
            provider = str(cluster.get("provider"))
            found.append(Stack(f"{name}-cluster", "cluster", name, provider))
        else:
            shared = clusters.get(str(cluster))
            provider = shared.provider if shared else ""
        found += [Stack(f"{name}-{stage}", stage, name, provider) for stage in STAGES]
    return found
