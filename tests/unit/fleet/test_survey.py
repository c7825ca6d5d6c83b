"""What a look at a fleet finds where no engine is needed: adopted, waiting, refused, and read once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from deployer.cli.main import run
from deployer.project import Project
from deployer.rollout.asked import settings_kept
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.files import Files
from deployer.rollout.fleet.command import Wish, carry_out
from deployer.rollout.fleet.deploy import Terms, deploy_fleet
from deployer.rollout.fleet.events import FleetEvent, Heard
from deployer.rollout.fleet.journal import FOLDER, Journal, Journals, this_process
from deployer.rollout.fleet.limits import limits
from deployer.rollout.fleet.members import cluster_of
from deployer.rollout.fleet.result import FleetResult
from deployer.rollout.fleet.selection import Selection, resumed
from deployer.rollout.fleet.survey import RENDERING, survey
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger, Record, now
from deployer.rollout.progress import Event, Note
from deployer.rollout.promotion import AS_FILED
from deployer.rollout.rendered import rendered
from deployer.rollout.subject import CLUSTER, Subject
from schemas.stage import STAGES
from tests.unit.fleet.subjects import CLUSTERS, community, project_of, subjects

BY_HAND = {"rollout": {"prod": "by_hand"}}
GIT = ("git", "-c", "user.name=Example", "-c", "user.email=example@example.org")


def record(subject: Subject, part: str, **otherwise: Any) -> None:
    """Write down that a part is up as its file says, but for what is `otherwise`."""
    digests = subject.digests
    known = Record(
        cluster_stack=subject.cluster_stack,
        provider=subject.cluster.provider,
        inputs=digests.inputs(part),
        asked=digests.asked(part),
        asked_rollout=digests.asked_rollout,
        rollout=digests.rollout,
        settings=settings_kept(subject, part),
        deployed_at=now(),
    )
    ledger(subject).write(subject.stack(part), known.model_copy(update=otherwise))


def ledger(subject: Subject) -> Ledger:
    return Ledger(Backend(subject.target.settings).files)


def all_up(members: list[Subject]) -> None:
    for member in members:
        record(cluster_of(member), CLUSTER)
        for stage in STAGES:
            record(member, stage)


def deploy(folder: Path, *, heard: list[FleetEvent] | None = None, **selected: Any) -> FleetResult:
    listener = [] if heard is None else heard
    return deploy_fleet(
        Project(folder),
        Selection(asked="these", **selected),
        Terms(limits=limits(simulated=True)),
        simulated=True,
        interruption=Interruption(print),
        listen=listener.append,
    )


def test_what_other_code_makes_the_same_is_written_down_once_for_all(tmp_path: Path) -> None:
    (member,) = subjects(tmp_path, community("hub-0"))
    parts = [(cluster_of(member), CLUSTER), *((member, stage) for stage in STAGES)]
    for subject, part in parts:
        by_other_code = {"inputs": "by other code", "rollout": "by other code", "rendered": rendered(subject, part)}
        record(subject, part, **by_other_code)

    heard: list[FleetEvent] = []
    result = deploy(tmp_path, names=("hub-0",), heard=heard)

    assert [(each.name, each.state) for each in result.members] == [("hub-0", "unchanged")]
    assert [each.event for each in heard if isinstance(each, Heard)] == [Note(text=RENDERING)]
    for subject, part in parts:
        known = ledger(subject).read(subject.stack(part))
        assert known is not None
        assert known.inputs == member.digests.inputs(part), part
    assert Backend(member.target.settings).files.list(".hubs/claims") == []


def test_programs_are_rendered_with_parts_of_sdks_that_are_whole() -> None:
    words = "import deployer.rollout.rendered, pulumi._utils as u; print(u._LazyModule.__name__)"
    told = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "WholeModule"


def test_prods_that_wait_are_told_of_by_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    members = subjects(tmp_path, *({**community(name), **BY_HAND} for name in ("hub-0", "hub-1")))
    all_up(members)
    for member in members:
        record(member, "prod", inputs="earlier", asked="earlier")

    assert run(["--project", str(tmp_path), "deploy", "--all", "--simulate"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "prod waits: hub-0, hub-1: it is promoted by hand: deployer promote NAME --simulate" in told
    assert "2 unchanged, 2 prods wait" in told

    assert run(["--project", str(tmp_path), "deploy", "--all", "--simulate", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events[0]["waiting"] == 2
    assert {each["waits"] for each in events[-1]["members"]} == {
        f"it is promoted by hand: deployer promote {name} --simulate" for name in ("hub-0", "hub-1")
    }


def test_one_cluster_that_is_wrong_keeps_nobody_else_from_it(tmp_path: Path) -> None:
    members = subjects(tmp_path, community("hub-0"))
    all_up(members)
    (tmp_path / f"clusters/{CLUSTERS[1]}.yaml").write_text("provider: gpc\n", encoding="utf-8")

    result = deploy(tmp_path, names=("hub-0",), clusters=CLUSTERS)

    states = {(each.kind, each.name): each.state for each in result.members}
    assert states == {("cluster", CLUSTERS[1]): "refused", ("community", "hub-0"): "unchanged"}
    assert result.exit_code == 2


def test_a_branch_that_breaks_a_cluster_is_told_of_the_cluster(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project_of(tmp_path, community("hub-0"), community("hub-1", CLUSTERS[1]))
    (tmp_path / ".gitignore").write_text(".state/\n", encoding="utf-8")
    for words in (("init", "--quiet", "--initial-branch", "main"), ("add", "."), ("commit", "--quiet", "-m", "Two")):
        subprocess.run([*GIT, *words], cwd=tmp_path, check=True)
    all_up(subjects(tmp_path, {**community("hub-0"), "title": "Another title"}))
    (tmp_path / f"clusters/{CLUSTERS[1]}.yaml").write_text("provider: gpc\n", encoding="utf-8")

    assert run(["--project", str(tmp_path), "deploy", "--since", "main", "--simulate", "--json"]) == 2
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    ended = {each.get("cluster") or each["community"]: each for each in events if each["event"] == "ended"}
    assert {name: each["state"] for name, each in ended.items()} == {
        "hub-0": "unchanged",
        "hub-1": "refused",
        CLUSTERS[1]: "refused",
    }
    assert "cluster" in ended[CLUSTERS[1]]


def journal(**about: Any) -> Journal:
    return Journal(
        asked="--since main",
        stages=STAGES,
        waves=(),
        why_in_waves="",
        failure_budget=None,
        began_at=now(),
        holder=this_process().model_copy(update={"process": "of another time"}),
        **about,
    )


def test_a_cluster_that_lost_its_file_is_not_resumed(tmp_path: Path) -> None:
    project = project_of(tmp_path, community("hub-0"))
    kept = journal(names=("hub-0", "gone"), clusters=("gone-gcp", CLUSTERS[1], "hub-0"))

    selection = resumed(kept, project, simulated=True)

    assert (selection.names, selection.clusters) == (("hub-0",), (CLUSTERS[1], "hub-0"))


def test_a_run_of_which_nothing_remains_is_not_resumed_for_ever(tmp_path: Path) -> None:
    (member,) = subjects(tmp_path, community("hub-0"))
    all_up([member])
    backend = Backend(member.target.settings)
    Journals(backend).write(f"{FOLDER}/one.json", journal(names=("hub-0",)))

    wish = Wish(resume=True, simulated=True)
    result = carry_out(Project(tmp_path), wish, interruption=Interruption(print), listen=lambda _: None)

    assert [each.state for each in result.members] == ["unchanged"]
    assert backend.files.list(FOLDER) == []


def test_each_record_is_read_once(tmp_path: Path) -> None:
    members = subjects(tmp_path, *(community(f"hub-{number}", CLUSTERS[number % 2]) for number in range(6)))
    all_up(members)
    read = Counter[str]()

    class Counting(Files):
        def read(self, path: str) -> bytes | None:
            read[path] += 1
            return super().read(path)

    heard: list[Event] = []
    found = survey(
        members,
        (),
        Ledger(Counting(members[0].target.settings)),
        stages=STAGES,
        manner=AS_FILED,
        listen=heard.append,
    )

    assert len(found.unchanged) == 6
    assert read == {f".hubs/{stack}.json": 1 for stack in stacks(members)}


def stacks(members: list[Subject]) -> set[str]:
    return {each.stack(part) for each in members for part in (CLUSTER, *STAGES)}
