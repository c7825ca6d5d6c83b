"""What a destroy would take down, and what stands in its way: found out before anything is touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deployer.errors import GateFailed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.holdings import Holdings, holdings
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
    goes: Sequence[str] = ()
    """What people would miss, a line each."""
    stays: Sequence[str] = ()
    """What they will find again."""


def doomed(
    target: Target, *, stages: Sequence[str] = STAGES, delete_data: bool = False, delete_accounts: bool = False
) -> Doomed:
    """What `destroy` would take down; `delete_data` lets people's accounts go as well.

    Raises BadInput for a name that neither a file nor a stack has, GateFailed for a cluster that has communities on it,
    and for hubs that alone know their people's passwords, unless those may go.
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
    held = _holdings(target, standing, backend, ledger, delete_data)
    losing = [stack for stack, each in held.items() if each.accounts]
    if losing and not (delete_data or delete_accounts):
        raise _accounts_would_go(losing)
    return Doomed(
        target=target,
        stacks=standing,
        protected=bool(losing) or _protected(standing.values(), backend),
        cluster_stays=stays if backend.exists(cluster) else "",
        kept=_kept(stacks.values(), ledger),
        goes=[line for each in held.values() for line in each.goes],
        stays=[line for each in held.values() for line in each.stays],
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
    held = _holdings(target, stacks, backend, ledger, delete_data)
    return Doomed(
        target=target,
        stacks=stacks,
        protected=_protected(stacks.values(), backend),
        kept=_kept([stack], ledger),
        goes=[line for each in held.values() for line in each.goes],
        stays=[line for each in held.values() for line in each.stays],
    )


def _holdings(
    target: Target, stacks: Mapping[str, str], backend: Backend, ledger: Ledger, delete_data: bool
) -> dict[str, Holdings]:
    """By stack."""
    found: dict[str, Holdings] = {}
    for part, stack in stacks.items():
        state = backend.stack(stack)
        resources = state.resources if state else ()
        found[stack] = holdings(target, part, stack, ledger.read(stack), resources, delete_data=delete_data)
    return found


def _accounts_would_go(stacks: Sequence[str]) -> GateFailed:
    return GateFailed(
        f"people's accounts on {', '.join(stacks)} would go: with auth.type native, nobody else knows their passwords",
        left="nothing was changed",
        remedy="add --delete-accounts if everybody may sign up again; homes and buckets are kept all the same",
    )


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
