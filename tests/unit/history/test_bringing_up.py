"""What is well stays so, whatever becomes of the books; who is in the way is no reason to go back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deployer.errors import DeployerError, EngineFailed, GateFailed, Held
from deployer.rollout.announcement import while_updated
from deployer.rollout.engine.engine import Engine
from deployer.rollout.engine.files import Files
from deployer.rollout.history.bringing_up import BringingUp
from deployer.rollout.history.chronicle import Chronicle
from deployer.rollout.history.entry import Entry
from deployer.rollout.history.pages import History
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.progress import Event, Note
from deployer.rollout.promotion import Manner
from deployer.rollout.stage import Builder
from deployer.rollout.subject import Subject, load_subject
from deployer.rollout.target import Target
from tests.unit.fleet.subjects import community, project_of, write


@dataclass
class Prod:
    """Of a community; what brings it up is the test's own."""

    subject: Subject
    engine: Engine
    events: list[Event] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    """One more of them for each time that something was brought up."""

    @property
    def state(self) -> Path:
        """The folder beside the engine's state."""
        return Path(self.subject.target.settings.folder or "") / ".hubs"

    def bring_up(self, make: Callable[[], None]) -> None:
        """By whatever `make` does."""

        def making(part: str, _: Builder) -> str:
            self.made.append(part)
            make()
            return "1 updated"

        ledger = Ledger(self.engine.backend.files)
        builder = Builder(subject=self.subject, engine=self.engine, ledger=ledger, listen=self.events.append)
        chronicle = Chronicle(subject=self.subject, files=ledger.files)
        going = BringingUp(builder=builder, chronicle=chronicle, manner=Manner(gated=False), make=making)
        going.part("prod")

    @property
    def entries(self) -> list[Entry]:
        return History(self.engine.backend.files).entries("coral-prod")

    @property
    def notes(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Note)]


@pytest.fixture
def prod(tmp_path: Path) -> Prod:
    """It was well once, and its file asks for something else by now."""
    target = Target(project=project_of(tmp_path, community("coral")), name="coral", simulated=True)
    engine = Engine(
        target.settings,
        executable=tmp_path / "none",
        home=tmp_path / "home",
        interruption=Interruption(print),
        listen=print,
        unlock="",
    )
    made = Prod(load_subject(target), engine)
    made.bring_up(lambda: None)
    write(tmp_path, community("coral", default_url="/tree"))
    return Prod(load_subject(target), engine)


def test_inputs_that_cannot_be_kept_are_a_warning(prod: Prod) -> None:
    kept = prod.state / "inputs"

    def make() -> None:
        kept.rename(prod.state / "elsewhere")
        kept.write_text("no folder", encoding="utf-8")

    prod.bring_up(make)

    assert prod.made == ["prod"]
    (warning,) = [note for note in prod.notes if "coral-prod is well, but its inputs could not be kept" in note]
    assert "cannot be used" in warning
    kept.unlink()
    (prod.state / "elsewhere").rename(kept)
    newest, before = prod.entries
    assert (newest.outcome, newest.well, before.well) == ("well", False, True)
    assert newest.ended is not None
    assert newest.ended.reason.startswith("its inputs could not be kept")
    assert History(prod.engine.backend.files).last_well("coral-prod") == before


def test_an_end_that_cannot_be_written_starts_no_way_back(prod: Prod) -> None:
    book = prod.state / "history/coral-prod"

    def make() -> None:
        shutil.copytree(book, prod.state / "copy")
        shutil.rmtree(book)
        book.write_text("no folder", encoding="utf-8")

    with pytest.raises(EngineFailed, match="cannot be used") as failed:
        prod.bring_up(make)

    assert failed.value.left == "what was to be done to coral-prod is done; its history does not say so"
    assert prod.made == ["prod"]
    assert not [note for note in prod.notes if "goes back" in note]
    book.unlink()
    (prod.state / "copy").rename(book)
    assert [each.outcome for each in prod.entries] == ["interrupted", "well"]


def test_a_lock_starts_no_way_back(prod: Prod) -> None:
    def locked() -> None:
        raise Held("coral-prod is locked by another run", left="it was not touched")

    with pytest.raises(Held) as held:
        prod.bring_up(locked)

    assert held.value.fault == "coral-prod is locked by another run"
    assert [each.begun.kind for each in prod.entries] == ["deploy", "deploy"]


def test_what_fails_does_start_one(prod: Prod) -> None:
    def fail() -> None:
        raise EngineFailed("the cloud could not")

    with pytest.raises(DeployerError, match="could not go back to rollout 1"):  # since there is no engine to ask
        prod.bring_up(fail)


def test_no_update_fails_for_what_people_are_told(files: Files, tmp_path: Path) -> None:
    target = Target(project=project_of(tmp_path, community("coral")), name="coral")
    subject = load_subject(target, secrets_needed=False)
    ledger = Ledger(files)
    ledger.files.write(".hubs/coral-prod.json", b"cut off")
    told: list[Event] = []

    with while_updated(subject, ledger, told.append):
        pass
    with pytest.raises(GateFailed, match="not healthy"), while_updated(subject, ledger, told.append):
        raise GateFailed("not healthy")

    texts = [event.text for event in told if isinstance(event, Note)]
    assert len(texts) == 4
    assert all("people on the hub are not told" in text and "cannot be read" in text for text in texts)
