"""Who is deployed, and on which cluster: from records alone."""

from __future__ import annotations

from deployer.rollout.ledger import Ledger
from schemas.stage import STAGES


def deployed_communities(ledger: Ledger) -> set[str]:
    """All that have a stage with a record."""
    return {community for community, _ in _stages(ledger)}


def communities_on(ledger: Ledger, cluster_stack: str, *, besides: str = "") -> list[str]:
    """Those with a stage on the cluster, be it only begun; sorted."""
    found = set()
    for community, stack in _stages(ledger):
        record = ledger.read(stack) if community != besides else None
        if record is not None and record.cluster_stack == cluster_stack and not record.kept:
            found.add(community)
    return sorted(found)


def _stages(ledger: Ledger) -> list[tuple[str, str]]:
    """(community, stack) of each stage that has a record."""
    split = ((stack, *stack.rpartition("-")) for stack in ledger.stacks())
    return [(community, stack) for stack, community, _, stage in split if stage in STAGES]
