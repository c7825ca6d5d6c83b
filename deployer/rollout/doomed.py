"""What a destroy would take down, and what stands in its way: found out before anything is touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deployer.errors import GateFailed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.ledger import Ledger
from deployer.rollout.residents import communities_on
from deployer.rollout.subject import CLUSTER, cluster_stack, load_subject, stage_stack
from deployer.rollout.target import Target
from schemas.stage import STAGES


@dataclass(frozen=True, kw_only=True)
class Doomed:
    """What a destroy would take down."""

    target: Target
    stacks: Mapping[str, str]
    """Stack by part, in the order of taking down; empty when nothing is deployed."""
    protected: bool = False
    """Whether something of them is so precious that its name must be typed."""
    cluster_stays: str = ""
    """Why the cluster that a community stands on is not among them."""
    kept: Sequence[str] = ()
    """Data that earlier destroys left."""


def doomed(target: Target, *, stages: Sequence[str] = STAGES, delete_data: bool = False) -> Doomed:
    """What `destroy` would take down.

    Raises BadInput for a name that neither a file nor a stack has, GateFailed for a cluster that has communities on it.
    """
    backend = Backend(target.settings)
    ledger = Ledger(backend.files)
    if target.alone:
        return _cluster(target, backend, ledger, delete_data)
    stacks: dict[str, str] = {stage: stage_stack(target.name, stage) for stage in reversed(STAGES) if stage in stages}
    cluster, stays = _cluster_of(target, ledger), ""
    if set(stages) == set(STAGES):
        stays = _why_cluster_stays(target, backend, ledger, cluster)
        if not stays:
            stacks[CLUSTER] = cluster
    standing = {part: stack for part, stack in stacks.items() if _stands(stack, backend, ledger, delete_data)}
    return Doomed(
        target=target,
        stacks=standing,
        protected=_protected(standing.values(), backend),
        cluster_stays=stays if backend.exists(cluster) else "",
        kept=_kept(stacks.values(), ledger),
    )


def refuse_inhabited(target: Target, ledger: Ledger) -> None:
    """Raises GateFailed for a cluster with communities on it, be they only begun."""
    users = communities_on(ledger, cluster_stack(target.name))
    if users:
        first = target.community(users[0])
        raise GateFailed(
            f"the cluster {target.name} has communities on it: {', '.join(users)}",
            left="nothing was changed",
            remedy=f"take them down first: deployer destroy {first}",
        )


def _cluster(target: Target, backend: Backend, ledger: Ledger, delete_data: bool) -> Doomed:
    stack = cluster_stack(target.name)
    if not backend.exists(stack):
        load_subject(target)  # no such cluster says so, with the names that come near
    refuse_inhabited(target, ledger)
    stacks = {CLUSTER: stack} if _stands(stack, backend, ledger, delete_data) else {}
    protected = _protected(stacks.values(), backend)
    return Doomed(target=target, stacks=stacks, protected=protected, kept=_kept([stack], ledger))


def _stands(stack: str, backend: Backend, ledger: Ledger, delete_data: bool) -> bool:
    record = ledger.read(stack)
    if record is not None and record.kept and not delete_data:
        return False
    return record is not None or backend.exists(stack)


def _protected(stacks: Iterable[str], backend: Backend) -> bool:
    return any(state.protected for state in map(backend.stack, stacks) if state)


def _kept(stacks: Iterable[str], ledger: Ledger) -> list[str]:
    records = filter(None, map(ledger.read, stacks))
    return [place for record in records for place in record.kept]


def _cluster_of(target: Target, ledger: Ledger) -> str:
    for stage in STAGES:
        record = ledger.read(stage_stack(target.name, stage))
        if record is not None:
            return record.cluster_stack
    return load_subject(target, secrets_needed=False).cluster_stack


def _why_cluster_stays(target: Target, backend: Backend, ledger: Ledger, stack: str) -> str:
    others = communities_on(ledger, stack, besides=target.name)
    if others:
        return f"{', '.join(others)} stands on it"
    state = backend.stack(stack) if stack != cluster_stack(target.name) else None
    if state is not None and state.protected:
        # Whoever makes a cluster for several says by its own name that it goes.
        return f"deployer destroy {target.cluster(stack.removesuffix('-cluster'))} takes it down"
    return ""
