"""A change against what stood before it: both sides resolved, the base brought up, the change previewed on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from deployer import toolchain
from deployer.affected.pairs import Pair
from deployer.comparison.base import BaseWorld, base_world
from deployer.comparison.costs import cluster_cost_difference, cost_difference
from deployer.comparison.looking import Looking
from deployer.comparison.places import problems_from_root
from deployer.comparison.result import Comparison, Fate, Part
from deployer.comparison.scope import Scope, scope_of
from deployer.config.clusters import load_cluster
from deployer.config.fleet import Loaded, uncollected
from deployer.errors import BadInput, Problem
from deployer.project import Project
from deployer.rollout.fleet.limits import STACKS_AT_ONCE
from deployer.rollout.interruption import Interruption
from deployer.rollout.progress import Listener, Note, StepDone, StepStarted
from deployer.rollout.subject import CLUSTER
from schemas.cluster import Cluster
from schemas.stage import STAGES


def compare(
    project: Project,
    since: str,
    names: Sequence[str] = (),
    *,
    stages: Sequence[str] = STAGES,
    simulated: bool,
    at_once: int = STACKS_AT_ONCE,
    interruption: Interruption,
    listen: Listener,
) -> Comparison:
    """What the working tree would do, against where it left `since`; touches nothing.

    Simulated, the base is brought up in a world of its own, and nobody need be signed in; otherwise the change is
    previewed on the real state, and what drifted there is told apart. One part that cannot be previewed keeps no other
    from it. Raises BadInput for what names no commit, community or cluster.
    """
    listen(StepStarted(step="what differs"))
    scope = scope_of(project, since, names, tell=lambda text: listen(Note(text=text)))
    listen(StepDone(step="what differs", seconds=0.0, detail=f"{len(scope.stacks)} stacks"))
    with _world(scope, simulated) as world, uncollected():
        looking = Looking(scope, world, interruption=interruption, listen=listen)
        with ThreadPoolExecutor(max_workers=at_once) as pool:
            parts = list(_parts(scope, looking, stages, pool))
    found, asked = scope.affected, set(names)
    return Comparison(
        since=since,
        base=found.base,
        simulated=simulated,
        parts=parts,
        gone=[gone for gone in found.gone if not names or gone.name in asked],
        renamed=[one for one in found.renamed if not names or one.name in asked],
        moved=[one for one in found.moved if not names or one.name in asked],
        problems=_elsewhere(scope, parts) if not names else [],
        everything=found.everything,
    )


@contextmanager
def _world(scope: Scope, simulated: bool) -> Iterator[BaseWorld | None]:
    if not simulated:
        yield None
        return
    tools = scope.tools
    toolchain.ensure(tools, progress=lambda _: None)
    with base_world(scope.base, scope.head, scope.base_clusters, scope.base_communities, tools=tools) as begun:
        yield begun


def _parts(scope: Scope, looking: Looking, stages: Sequence[str], pool: ThreadPoolExecutor) -> Iterator[Part]:
    """Clusters first, then communities; all stacks are looked at side by side, and each part waits for its own."""
    looking.begin(
        pool,
        [(name, CLUSTER) for name in scope.clusters]
        + [(pair.name, stage) for pair in scope.standing for stage in scope.stages(pair, stages)],
    )
    for name in scope.clusters:
        yield _cluster(scope, looking, name)
    for pair in scope.pairs:
        yield _community(scope, looking, pair, stages)


def _cluster(scope: Scope, looking: Looking, name: str) -> Part:
    old, new = _described(scope.base, name), _described(scope.head, name)
    return Part(
        name=name,
        cluster=True,
        fate="changed" if scope.stood(name) else "new",
        reasons=scope.reasons(name, cluster=True),
        cost=cluster_cost_difference(old, new) if new else None,
        stacks=[looking.result(name, CLUSTER)],
        people=scope.people_on(name),
    )


def _described(project: Project, name: str) -> Cluster | None:
    try:
        return load_cluster(project, name).cluster
    except BadInput:
        return None


def _community(scope: Scope, looking: Looking, pair: Pair, stages: Sequence[str]) -> Part:
    if not isinstance(pair.after, Loaded):
        return Part(name=pair.name, reasons=scope.reasons(pair.name, cluster=False), stacks=[looking.unsound(pair)])
    fate, was = _fate(pair)
    old = pair.before.deployments if isinstance(pair.before, Loaded) else {}
    prod = pair.after.deployments["prod"]
    return Part(
        name=pair.name,
        title=prod.title,
        fate=fate,
        was=was,
        url=prod.hub.domain or "" if fate != "changed" else "",
        reasons=scope.reasons(pair.name, cluster=False),
        cost=cost_difference(old.get("prod"), prod).of_servers,
        stacks=[looking.result(pair.name, stage) for stage in scope.stages(pair, stages)],
    )


def _fate(pair: Pair) -> tuple[Fate, str]:
    if pair.renamed:
        return "renamed", pair.before_name
    if pair.come:
        return "new", ""
    return ("moved", str(pair.stands[0])) if pair.moved else ("changed", "")


def _elsewhere(scope: Scope, parts: Sequence[Part]) -> list[Problem]:
    """Problems that no part tells."""
    told = {problem for part in parts for problem in part.problems}
    found = problems_from_root(scope.affected.problems, scope.head.root)
    return [problem for problem in found if problem not in told]
