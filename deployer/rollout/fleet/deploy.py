"""Rolls out many communities: looks at all of them, then works on what must be worked on, wave by wave."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from deployer.errors import DeployerError, Held, Interrupted
from deployer.project import Project
from deployer.rollout.deploy import roll_out
from deployer.rollout.engine.backend import Backend
from deployer.rollout.fleet.adopted import keep_adopted
from deployer.rollout.fleet.budget import reason_to_stop
from deployer.rollout.fleet.events import Begun, Ended, FleetListener, Heard, Planned, PutOff, Surveyed, WaveBegun
from deployer.rollout.fleet.journal import Journal, this_process
from deployer.rollout.fleet.limits import Limits
from deployer.rollout.fleet.logbook import Entry, Logbook
from deployer.rollout.fleet.members import sound, sound_clusters
from deployer.rollout.fleet.readiness import prepare, unready
from deployer.rollout.fleet.result import INTERRUPTED, WELL, FleetResult, Kind, Member, Refusals
from deployer.rollout.fleet.schedule import Schedule, Task
from deployer.rollout.fleet.selection import Selection
from deployer.rollout.fleet.survey import Survey, survey
from deployer.rollout.fleet.waves import Waves, still_to_go, waves_of
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.patience import PATIENCE_SECONDS
from deployer.rollout.progress import Event, Note
from deployer.rollout.promotion import AS_FILED, Manner
from deployer.rollout.result import Rollout
from deployer.rollout.target import Target
from schemas.stage import STAGES


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a fleet's rollout is to go about it."""

    limits: Limits
    stages: Sequence[str] = STAGES
    manner: Manner = AS_FILED
    canaries: Sequence[str] = ()
    """Go first, with whatever change."""
    usual_canaries: Sequence[str] = ()
    """Go first where waves are needed anyway; where none of them changes, the smallest community does."""
    waves: bool = True
    failure_budget: int | None = None
    """How many communities and clusters may fail before no more are begun; None: see `budget`."""
    accept_chart_changes: bool = False
    patience_seconds: float = PATIENCE_SECONDS
    """For what another run holds."""


def deploy_fleet(
    project: Project,
    selection: Selection,
    terms: Terms,
    *,
    simulated: bool,
    resumed: Entry | None = None,
    interruption: Interruption,
    listen: FleetListener,
) -> FleetResult:
    """Roll out the selection; nobody's fault keeps anybody from it who does not stand on it.

    `resumed` is the journal of an earlier run with the very same selection, whose waves are kept. What goes wrong with
    a community is in the result. Raises BadInput for names that nobody has, DeployerError where the state cannot be
    used at all.
    """
    began = time.monotonic()
    members, unsound = sound(project, selection.names, simulated=simulated, secrets_needed=True)
    place = Target(project=project, name="", simulated=simulated)
    backend = Backend(place.settings)
    said = partial(_say, listen)
    for note in selection.notes:
        said(Note(text=note, severity="warning"))
    clusters, unsound_clusters = sound_clusters(place, selection.clusters)
    seen = survey(members, clusters, Ledger(backend.files), stages=terms.stages, manner=terms.manner, listen=said)
    keep_adopted(seen.adopted, backend, said)
    refused = {
        **selection.refused,
        **_each("cluster", unsound_clusters),
        **_each("community", {**unsound, **unready(seen)}),
        **seen.refused,
    }
    waves = _waves(seen, refused, selection, terms, resumed)
    logbook = Logbook(backend, said)
    run = _FleetRun(seen, waves, selection, terms, logbook, interruption, listen)
    run.tell_survey(refused, time.monotonic() - began)
    if run.tasks:
        prepare(run.tasks[0].subject, interruption, said)
        run.go(resumed)
    elif resumed is not None and not refused:
        logbook.forget(resumed[0])
    return run.result(time.monotonic() - began, place=place.place)


class _FleetRun:
    """One fleet's rollout under way."""

    def __init__(
        self,
        seen: Survey,
        waves: Waves,
        selection: Selection,
        terms: Terms,
        logbook: Logbook,
        interruption: Interruption,
        listen: FleetListener,
    ) -> None:
        self._seen = seen
        self._waves = waves
        self._selection = selection
        self._terms = terms
        self._logbook = logbook
        self._interruption = interruption
        self._listen = listen
        self._members: list[Member] = []
        self._by_wave = _tasks_by_wave(seen, waves)

    @property
    def tasks(self) -> Sequence[Task]:
        """Everything that must be worked on."""
        return [task for tasks in self._by_wave for task in tasks]

    def tell_survey(self, refused: Refusals, seconds: float) -> None:
        """Tell what there is to do, and who is out of it from the beginning."""
        seen = self._seen
        self._listen(
            Surveyed(
                clusters=tuple(seen.clusters),
                waves=self._waves.names,
                why_in_waves=self._waves.why,
                parts={name: seen.parts[name] for wave in self._waves.names for name in wave},
                unchanged=len(seen.unchanged),
                waiting=len(seen.waits),
                refused=len(refused),
                seconds=seconds,
            )
        )
        for (kind, name), error in refused.items():
            self._add(Member(name=name, kind=kind, state="refused", error=error))
        for name in seen.unchanged:
            self._add(Member(name=name, kind="community", state="unchanged", waits=seen.waits.get(name, "")))

    def go(self, resumed: Entry | None) -> None:
        """Work, wave after wave."""
        self._logbook.open(self._new_journal(), resumed)
        schedule = Schedule(
            limits=self._terms.limits,
            work=self._work,
            ended=self._add,
            put_off=self._put_off,
            interruption=self._interruption,
            patience_seconds=self._terms.patience_seconds,
        )
        self._interruption.watched = True
        try:
            for number, tasks in enumerate(self._by_wave, start=1):
                if len(self._by_wave) > 1:
                    names = [task.name for task in tasks if task.kind == "community"]
                    self._listen(WaveBegun(number=number, of=len(self._by_wave), names=names))
                for task, why in schedule.run(tasks, stopped=partial(self._stopped, number)):
                    self._add(Member(name=task.name, kind=task.kind, state="not begun", why=why))
        finally:
            self._interruption.watched = False
        self._logbook.close(remains=any(member.state not in WELL for member in self._members))

    def result(self, seconds: float, *, place: str) -> FleetResult:
        """What to tell at the end."""
        stopped = next((member.why for member in self._members if member.state == "not begun"), "")
        return FleetResult(
            members=self._members,
            gone=self._selection.gone,
            stopped=INTERRUPTED if self._interruption.count else stopped,
            trouble=self._logbook.lost,
            resume=f"deployer deploy --resume{place}" if self._logbook.goes_on else "",
            seconds=seconds,
        )

    def _work(self, task: Task) -> Rollout:
        """Called in threads."""
        if self._interruption.count:
            raise Interrupted(f"interrupted before {task.name} was begun", left="it was not touched")
        self._listen(Begun(name=task.name, kind=task.kind))

        def heard(event: Event) -> None:
            self._listen(Heard(name=task.name, kind=task.kind, event=event))

        for problem in task.subject.warnings if task.kind == "community" else ():
            heard(Note(text=str(problem), severity="warning"))
        return roll_out(
            task.subject,
            stages=self._terms.stages,
            manner=self._terms.manner,
            accept_chart_changes=self._terms.accept_chart_changes,
            plan_new=False,  # nobody reads twenty of them, and what is new has nobody on it yet
            show_plan=lambda plan: self._listen(Planned(name=task.name, kind=task.kind, plan=plan)),
            interruption=self._interruption,
            listen=heard,
        )

    def _stopped(self, wave: int) -> str:
        """Why no more are to be begun in a wave; empty while they are."""
        if self._interruption.count:
            return INTERRUPTED
        if self._logbook.lost is not None:
            return self._logbook.lost.fault
        earlier = {name for names in self._waves.names[: wave - 1] for name in names}
        return reason_to_stop(self._members, earlier, budget=self._terms.failure_budget, of=len(self.tasks))

    def _put_off(self, task: Task, error: Held) -> None:
        self._listen(PutOff(name=task.name, kind=task.kind, why=error.fault))

    def _add(self, member: Member) -> None:
        self._members.append(member)
        self._listen(Ended(member=member))

    def _new_journal(self) -> Journal:
        return Journal(
            asked=self._selection.asked,
            names=tuple(self._selection.names),
            clusters=tuple(self._selection.clusters),
            stages=tuple(self._terms.stages),
            waves=tuple(map(tuple, self._waves.names)),
            why_in_waves=self._waves.why,
            failure_budget=self._terms.failure_budget,
            windows=None if self._terms.manner.windows is None else tuple(self._terms.manner.windows),
            goes_back=self._terms.manner.goes_back,
            began_at=datetime.now(UTC),
            holder=this_process(),
        )


def _each(kind: Kind, refused: Mapping[str, DeployerError]) -> Refusals:
    return {(kind, name): error for name, error in refused.items()}


def _waves(
    seen: Survey,
    refused: Refusals,
    selection: Selection,
    terms: Terms,
    resumed: Entry | None,
) -> Waves:
    subjects = [subject for name, subject in seen.communities.items() if ("community", name) not in refused]
    if resumed is not None:
        journal = resumed[1]
        return still_to_go(Waves(names=journal.waves, why=journal.why_in_waves), [each.name for each in subjects])
    changing = [subject.name for subject in subjects if subject.name in seen.changing]
    return waves_of(
        subjects,
        changing,
        canaries=terms.canaries,
        usual_canaries=terms.usual_canaries,
        everything=selection.everything,
        wanted=terms.waves,
    )


def _tasks_by_wave(seen: Survey, waves: Waves) -> list[list[Task]]:
    """Each cluster goes with the first wave that has a community on it; one that has none, with the last."""
    pending = dict(seen.clusters)
    found: list[list[Task]] = []
    for wave in waves.names:
        communities = [seen.communities[name] for name in wave]
        names = dict.fromkeys(each.cluster_name for each in communities)
        clusters = [pending.pop(name) for name in names if name in pending]
        found.append([Task(subject=each) for each in (*clusters, *communities)])
    rest = [Task(subject=each) for each in pending.values()]
    if not rest:
        return found
    return [*found[:-1], [*rest, *found[-1]]] if found else [rest]


def _say(listen: FleetListener, event: Event) -> None:
    listen(Heard(name="", kind="community", event=event))
