"""What is kept of a run, and who else is at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from deployer.errors import BadInput, DeployerError, EngineFailed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.fleet.journal import FOLDER, Holder, Journal, Journals, this_process
from deployer.rollout.fleet.logbook import Logbook
from deployer.rollout.ledger import now
from deployer.rollout.progress import Event, Note
from deployer.rollout.target import Target
from tests.unit.fleet.subjects import community, project_of


@pytest.fixture
def backend(tmp_path: Path) -> Backend:
    return Backend(Target(project=project_of(tmp_path, community("a")), name="", simulated=True).settings)


def journal(*names: str, holder: Holder | None = None, age: timedelta = timedelta(0)) -> Journal:
    return Journal(
        asked="--all",
        names=names,
        stages=("staging", "prod"),
        waves=(names,),
        why_in_waves="",
        failure_budget=None,
        began_at=now() - age,
        holder=holder or this_process(),
    )


def dead() -> Holder:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return this_process().model_copy(update={"pid": int(ended.stdout), "process": "of another time"})


def test_an_ended_run_leaves_nothing_and_a_failed_one_its_journal(backend: Backend) -> None:
    book = Logbook(backend, lambda _: None)
    book.open(journal("a", "b"), None)

    ((path, kept),) = Journals(backend).unfinished()
    assert path.startswith(f"{FOLDER}/")
    assert (kept.names, kept.at_work) == (("a", "b"), True)
    book.close(remains=True)
    assert Journals(backend).latest()[0] == path
    assert not Journals(backend).latest()[1].at_work
    book.close(remains=False)
    assert Journals(backend).unfinished() == []
    with pytest.raises(BadInput, match="nothing to resume"):
        Journals(backend).latest()


def test_a_run_that_is_still_at_work_is_not_resumed(backend: Backend) -> None:
    Journals(backend).write(f"{FOLDER}/one.json", journal("a"))
    with pytest.raises(DeployerError, match="still at work"):
        Journals(backend).latest()


def test_the_newest_is_resumed_and_the_same_selection_supersedes(backend: Backend) -> None:
    journals, holder = Journals(backend), dead()
    journals.write(f"{FOLDER}/old.json", journal("a", "b", holder=holder, age=timedelta(hours=2)))
    journals.write(f"{FOLDER}/new.json", journal("c", holder=holder, age=timedelta(hours=1)))
    backend.files.write(f"{FOLDER}/torn.json", b'{"format": 1, "na')
    assert journals.latest()[0] == f"{FOLDER}/new.json"

    Logbook(backend, lambda _: None).open(journal("a", "b"), None)
    assert next(path for path, _ in journals.unfinished()) == f"{FOLDER}/new.json"
    assert f"{FOLDER}/old.json" not in [path for path, _ in journals.unfinished()]


def test_dead_runs_about_no_more_than_this_one_are_over(backend: Backend) -> None:
    journals, holder = Journals(backend), dead()
    for name, names in {"one": ("a",), "other": ("a", "c")}.items():
        journals.write(f"{FOLDER}/{name}.json", journal(*names, holder=holder, age=timedelta(hours=1)))
    journals.write(f"{FOLDER}/old.json", journal("c", holder=holder, age=timedelta(days=31)))
    assert [path for path, _ in journals.unfinished()] == [f"{FOLDER}/{name}.json" for name in ("one", "other")]
    entry = journal("a", "b", holder=holder)
    journals.write(f"{FOLDER}/last.json", entry)

    book = Logbook(backend, lambda _: None)
    book.open(entry, (f"{FOLDER}/last.json", entry))
    book.close(remains=False)

    assert backend.files.list(FOLDER) == [f"{FOLDER}/other.json"]


def test_the_journal_of_an_earlier_deployer_is_gone_on_with(backend: Backend) -> None:
    written = json.loads(journal("a", holder=dead()).model_dump_json())
    written |= {"accept_chart_changes": True, "fared": {"community a": {"state": "failed"}}}
    backend.files.write(f"{FOLDER}/earlier.json", json.dumps(written).encode())

    assert Journals(backend).latest()[1].names == ("a",)


def test_whoever_comes_second_is_told_of_the_first(backend: Backend) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        from deployer.rollout.engine.process_identity import identity

        holder = this_process().model_copy(update={"pid": other.pid, "process": identity(other.pid) or ""})
        Journals(backend).write(f"{FOLDER}/theirs.json", journal("a", "b", holder=holder))
        heard: list[Event] = []
        Logbook(backend, heard.append).open(journal("b", "c"), None)
        Logbook(backend, heard.append).open(journal("x"), None)
        other.kill()

    (note,) = heard
    assert isinstance(note, Note)
    assert "another run rolls out 1 of these" in note.text
    assert f"process {other.pid}" in note.text
    assert note.severity == "warning"


@pytest.mark.parametrize("remains", [True, False])
def test_a_state_that_is_away_at_the_end_leaves_the_summary(backend: Backend, *, remains: bool) -> None:
    book = Logbook(backend, lambda _: None)
    book.open(journal("a"), None)
    folder = Path(str(backend.settings.folder)) / FOLDER
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("a file in the folder's place", encoding="utf-8")

    book.close(remains=remains)
    assert isinstance(book.lost, EngineFailed)
    assert book.goes_on
    assert os.fspath(backend.settings.folder or "") in book.lost.fault
