"""From what somebody asks for to a fleet's rollout: which communities, on which terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from deployer.errors import BadInput
from deployer.project import Project
from deployer.rollout.engine.backend import Backend
from deployer.rollout.fleet.deploy import Terms, deploy_fleet
from deployer.rollout.fleet.events import FleetListener, Heard
from deployer.rollout.fleet.journal import Journal, Journals
from deployer.rollout.fleet.limits import limits
from deployer.rollout.fleet.result import FleetResult
from deployer.rollout.fleet.selection import all_of, named, resumed, since
from deployer.rollout.interruption import Interruption
from deployer.rollout.progress import Note
from deployer.rollout.promotion import AS_FILED, Manner
from deployer.rollout.target import Target
from schemas.stage import STAGES


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asks for. Without names, `since` and `resume`, all communities."""

    names: Sequence[str] = ()
    since: str | None = None
    """A git reference: those that changed since this branch left it."""
    resume: bool = False
    """Go on with the last run that was left unfinished, on its terms."""
    stages: Sequence[str] = STAGES
    manner: Manner = AS_FILED
    simulated: bool = False
    canaries: Sequence[str] = ()
    waves: bool = True
    failure_budget: int | None = None
    at_once: int | None = None
    per_cluster: int | None = None
    per_cloud: int | None = None
    accept_chart_changes: bool = False


def carry_out(project: Project, wish: Wish, *, interruption: Interruption, listen: FleetListener) -> FleetResult:
    """Roll out what is wished for; raises as `deploy_fleet` does, and BadInput where there is nothing to resume."""
    _refuse_unknown(project, wish.canaries)
    most = limits(simulated=wish.simulated, total=wish.at_once, per_cluster=wish.per_cluster, per_cloud=wish.per_cloud)
    if wish.resume:
        return _go_on(project, wish, Terms(limits=most, manner=wish.manner), interruption, listen)
    if wish.since is not None:
        selection = since(project, wish.since, simulated=wish.simulated, tell=partial(_note, listen))
    else:
        selection = named(wish.names) if wish.names else all_of(project, simulated=wish.simulated)
    terms = Terms(
        limits=most,
        stages=wish.stages,
        manner=wish.manner,
        canaries=wish.canaries,
        usual_canaries=_usual_canaries(project),
        waves=wish.waves,
        failure_budget=wish.failure_budget,
        accept_chart_changes=wish.accept_chart_changes,
    )
    return deploy_fleet(project, selection, terms, simulated=wish.simulated, interruption=interruption, listen=listen)


def _go_on(
    project: Project, wish: Wish, terms: Terms, interruption: Interruption, listen: FleetListener
) -> FleetResult:
    place = Target(project=project, name="", simulated=wish.simulated)
    path, journal = Journals(Backend(place.settings)).latest()
    same = Terms(
        limits=terms.limits,
        stages=journal.stages,
        manner=_same_manner(terms.manner, journal),
        failure_budget=journal.failure_budget,
        # What somebody read then may not be what the charts of today break.
        accept_chart_changes=wish.accept_chart_changes,
    )
    _note(listen, f"going on with {journal}")
    return deploy_fleet(
        project,
        resumed(journal, project, simulated=wish.simulated),
        same,
        simulated=wish.simulated,
        resumed=(path, journal),
        interruption=interruption,
        listen=listen,
    )


def _note(listen: FleetListener, text: str) -> None:
    listen(Heard(name="", kind="community", event=Note(text=text)))


def _same_manner(asked: Manner, journal: Journal) -> Manner:
    """As the run that is gone on with went about prod, where nothing else is asked for now."""
    return replace(
        asked,
        # Who asked for prod alone asked for it by its name.
        by_hand=asked.by_hand or tuple(journal.stages) == ("prod",),
        windows=journal.windows if asked.windows is None else asked.windows,
        goes_back=asked.goes_back and journal.goes_back,
    )


def _usual_canaries(project: Project) -> Sequence[str]:
    from deployer.review.policy_file import read_policy

    policy = read_policy(project)
    return policy.canaries if policy else ()


def _refuse_unknown(project: Project, canaries: Sequence[str]) -> None:
    unknown = [name for name in canaries if name not in project.community_names()]
    if unknown:
        raise BadInput([], fault=f"no community named {unknown[0]!r} can be a canary", remedy="name one with a file")
