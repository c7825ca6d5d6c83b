"""Entries of the history: written once, read newest first, never lost by a kill."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deployer.errors import DeployerError, GateFailed, Interrupted
from deployer.project import Project
from deployer.rollout.engine.events import Change
from deployer.rollout.engine.files import Files
from deployer.rollout.engine.process_identity import identity
from deployer.rollout.history.entry import Begun, Ended, Entry, Kind
from deployer.rollout.history.going_back import refuse_losses
from deployer.rollout.history.pages import History
from deployer.rollout.history.writing import Writing, begun_now, written
from deployer.rollout.progress import Operation
from tests.unit.history.conftest import files_in

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


def entry(
    number: int, *, kind: Kind = "deploy", result: str | None = "well", kept: str = "a", origin: int = 0
) -> Entry:
    begun = Begun(number=number, kind=kind, who="ada", at=NOW, kept=kept, origin=origin or None, hostname="elsewhere")
    ended = Ended.model_validate({"result": result, "at": NOW, "seconds": 1.0}) if result else None
    return Entry(stack="reef-prod", begun=begun, ended=ended)


def held(history: History, begun: Begun) -> Writing:
    """An entry that ends because something else is not fit."""
    entry = written(history, "reef-prod", begun)
    writing = entry.__enter__()
    writing.result = "held"
    error = GateFailed("staging is down")
    assert not entry.__exit__(GateFailed, error, None)  # the error goes on
    return writing


def test_how_it_ended(files: Files, tmp_path: Path) -> None:
    history, project = History(files), Project(tmp_path)
    with written(history, "reef-prod", begun_now(project, 1, "deploy")) as writing:
        writing.changes = "3 created"
    for number, error in enumerate((GateFailed("not healthy"), Interrupted("stopped"), KeyboardInterrupt()), 2):
        with pytest.raises(type(error)), written(history, "reef-prod", begun_now(project, number, "deploy")):
            raise error
    writing = held(history, begun_now(project, 5, "deploy"))
    assert writing.result == "held"
    history.begin("reef-prod", begun_now(project, 6, "destroy").model_copy(update={"pid": 0, "hostname": "elsewhere"}))

    found = history.entries("reef-prod")

    assert [(one.number, one.outcome, one.ended.reason if one.ended else None) for one in found] == [
        (6, "interrupted", None),
        (5, "held", "staging is down"),
        (4, "interrupted", "KeyboardInterrupt"),
        (3, "interrupted", "stopped"),
        (2, "failed", "not healthy"),
        (1, "well", ""),
    ]
    assert found[-1].ended is not None
    assert found[-1].ended.changes == "3 created"
    assert [one.number for one in history.entries("reef-prod", last=2)] == [6, 5]


def test_stages_share_numbers_and_nobody_takes_one_twice(files: Files, tmp_path: Path) -> None:
    history = History(files)
    assert history.next_number(["reef-staging", "reef-prod"]) == 1
    history.begin("reef-staging", begun_now(Project(tmp_path), 1, "deploy"))
    assert history.next_number(["reef-staging", "reef-prod"]) == 2
    assert history.entries("reef") == []  # another stack's name begins so
    with pytest.raises(DeployerError, match="another run has just made it"):
        history.begin("reef-staging", begun_now(Project(tmp_path), 1, "deploy"))


def test_inputs_are_kept_before_the_end_is_written(files: Files, tmp_path: Path) -> None:
    history = History(files)

    def killed() -> str:
        raise KeyboardInterrupt

    begun = begun_now(Project(tmp_path), 1, "deploy")
    with pytest.raises(KeyboardInterrupt), written(history, "x", begun, keep=killed):
        pass
    assert history.entries("x")[0].ended is None


def test_who_is_at_work_is_known_whatever_the_clock_says(files: Files, tmp_path: Path) -> None:
    history = History(files)
    program = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        theirs = {"pid": other.pid, "process": identity(other.pid), "at": datetime(2001, 1, 1, tzinfo=UTC)}
        history.begin("x", begun_now(Project(tmp_path), 1, "deploy").model_copy(update=theirs))
        history.begin("y", begun_now(Project(tmp_path), 1, "deploy").model_copy(update={**theirs, "process": "0:1"}))
        assert [history.entries(stack)[0].outcome for stack in "xy"] == ["under way", "interrupted"]
        other.communicate()
    assert history.entries("x")[0].outcome == "interrupted"


def test_what_an_entry_cannot_be_read_for(files: Files) -> None:
    files.write(".hubs/history/reef-prod/000003.begun.json", b"{}")
    with pytest.raises(DeployerError, match="entry 3 of the history of reef-prod cannot be read"):
        History(files).entries("reef-prod")


def having(tmp_path: Path, *entries: Entry) -> History:
    """A history of reef-prod's."""
    history = History(files_in(Path(tempfile.mkdtemp(dir=tmp_path))))
    for each in entries:
        history.begin("reef-prod", each.begun)
        if each.ended:
            history.end("reef-prod", each.begun, each.ended)
    return history


def test_what_to_go_back_to(tmp_path: Path) -> None:
    def last_well(*entries: Entry, **sought: Any) -> Entry | None:
        return having(tmp_path, *entries).last_well("reef-prod", **sought)

    bad = entry(9, result="failed", kept="bad")
    assert last_well(bad, entry(8), entry(7, kept="b"), unlike="bad") == entry(8)
    assert last_well(bad, entry(8, kept="bad"), entry(7, kept="b"), unlike="bad") == entry(7, kept="b")
    assert last_well(bad, entry(8, result=None), entry(7, result="held"), entry(6), unlike="bad") == entry(6)
    assert last_well(bad, entry(8, kind="destroy"), entry(7), unlike="bad") is None
    assert last_well(bad, entry(8, kind="destroy"), entry(7), up_to=7) == entry(7)
    assert last_well(entry(8), entry(7), entry(6), up_to=7) == entry(7)
    back = entry(8, kind="went back", origin=5)
    assert last_well(bad, back, unlike="bad") == back
    assert last_well(bad, back, entry(7), entry(4), before=5) == entry(4)
    assert back.inputs_of == 5


def test_what_a_stack_stands_on(tmp_path: Path) -> None:
    def stands_on(*entries: Entry) -> Entry | None:
        return having(tmp_path, *entries).stands_on("reef-prod")

    failed = entry(8, result="failed")
    assert stands_on(entry(9, result="held"), failed, entry(7)) == failed
    assert stands_on(entry(9, kind="destroy"), failed) is None
    assert stands_on() is None
    stopped = [entry(8, kind="rollback", origin=5, result=result) for result in ("interrupted", "failed", None)]
    assert [each.half_way_back for each in stopped] == [True, True, True]
    assert not entry(8, kind="rollback", origin=5).half_way_back
    assert not failed.half_way_back


def test_where_inputs_came_with(files: Files) -> None:
    history = History(files)
    deployed, back = entry(5), entry(8, kind="went back", origin=5)
    assert history.first(back) == back  # nothing tells of 5 any more
    history.begin("reef-prod", deployed.begun)
    assert history.first(back).begun == deployed.begun
    assert history.first(deployed) == deployed


def test_what_would_lose_data() -> None:
    kinds = ("gcp:storage/bucket:Bucket",)

    def change(kind: str, name: str, operation: Operation) -> Change:
        return Change(urn=f"urn:{name}", type=kind, name=name, operation=operation)

    harmless = [change(kinds[0], "reef-data", "update"), change("kubernetes:core/v1:Secret", "reef-hub", "replace")]
    refuse_losses("reef-prod", harmless, kinds)
    lost = [*harmless, change(kinds[0], "reef-data", "delete"), change(kinds[0], "reef-scratch", "replace")]
    with pytest.raises(GateFailed) as refused:
        refuse_losses("reef-prod", lost, kinds)
    assert "delete Bucket reef-data, replace Bucket reef-scratch, which holds people's data" in refused.value.fault
    assert refused.value.left == "nothing was changed by going back"
