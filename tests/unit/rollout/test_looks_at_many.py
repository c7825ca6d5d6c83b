"""Ctrl-C, and an error that nobody foresaw, while many stacks are looked at side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from deployer.errors import DeployerError, Interrupted
from deployer.project import Project
from deployer.rollout import preview_fleet
from deployer.rollout.engine.backend import Backend
from deployer.rollout.health import fleet as health
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.target import Target
from deployer.state.drift import fleet as drifting
from tests.conftest import CHECKOUT

NAMES = [f"hub-{number:02}" for number in range(health.HUBS_AT_ONCE + 4)]
STAGES = ("staging", "prod")


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """More hubs than are looked at at once, as far as the records know."""
    for name in ("communities", "clusters"):
        (tmp_path / name).mkdir()
    (tmp_path / "images").symlink_to(CHECKOUT / "images")
    (tmp_path / "Pulumi.yaml").write_text("name: hubs\nruntime: python\n", encoding="utf-8")
    place = Target(project=Project(tmp_path), name="")
    ledger = Ledger(Backend(place.settings).files)
    for name in NAMES:
        text = f"name: {name}\ntitle: A hub\ncluster: {{provider: local}}\n"
        (tmp_path / "communities" / f"{name}.yaml").write_text(text, encoding="utf-8")
        for stage in STAGES:
            record = Record(cluster_stack=f"{name}-cluster", provider="local", inputs="made", facts={"folder": name})
            ledger.write(f"{name}-{stage}", record)
    monkeypatch.chdir(tmp_path)
    return place


class Engines:
    """Stand in the way of what asks the engine: the third that does hears of Ctrl-C, or fails; later ones see it."""

    def __init__(self, fault: Callable[[], Exception]) -> None:
        self.begun = 0
        self.fault = fault
        self._failed = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, *arguments: object, **more: object) -> object:
        with self._lock:
            self.begun += 1
            number = self.begun
        if number == 3:
            fault = self.fault()
            self._failed.set()
            raise fault
        if number > 3:
            assert self._failed.wait(30)
        raise DeployerError("nobody is signed in")


def nobody(event: object) -> None:
    """Who listens."""


def interrupted(interruption: Interruption) -> Callable[[], Exception]:
    """As when SIGINT reaches an engine: nothing is raised where the main thread stands."""

    def press() -> Exception:
        interruption.count += 1
        return Interrupted("interrupted while at work", left="nothing was changed")

    return press


def look(kind: str, fleet: Target, interruption: Interruption) -> list[DeployerError | None]:
    """Why each could not be looked at."""
    if kind == "health":
        checks = health.check_fleet(
            fleet.project, NAMES, STAGES, gpu=False, interruption=interruption, listen=nobody, on_checked=nobody
        )
        return [check.error for check in checks]
    if kind == "drift":
        return [each.error for each in drifting.drift(fleet, NAMES, interruption=interruption, listen=nobody)]
    looks = preview_fleet.preview_fleet(
        fleet.project, NAMES, stages=STAGES, interruption=interruption, listen=nobody, at_once=2
    )
    return [each.error for each in looks]


def standing_in(kind: str, engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    if kind == "health":
        monkeypatch.setattr(health, "health_target", engines)
    elif kind == "drift":
        monkeypatch.setattr(drifting._Look, "_engine", engines)
    else:
        monkeypatch.setattr(preview_fleet, "_engines", lambda *_: {"local": None})
        monkeypatch.setattr(preview_fleet, "make_plan", engines)


@pytest.mark.parametrize("kind", ["health", "drift", "preview"])
def test_ctrl_c_ends_all_and_begins_nothing_more(kind: str, fleet: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    interruption = Interruption(print)
    engines = Engines(interrupted(interruption))
    standing_in(kind, engines, monkeypatch)
    with pytest.raises(Interrupted) as raised:
        look(kind, fleet, interruption)
    assert raised.value.exit_code == 130
    assert engines.begun <= 3 + health.HUBS_AT_ONCE < 2 * len(NAMES)


@pytest.mark.parametrize("kind", ["health", "drift"])
def test_what_nobody_foresaw_of_one_is_its_own(kind: str, fleet: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    standing_in(kind, Engines(lambda: KeyError("facts")), monkeypatch)
    errors = look(kind, fleet, Interruption(print))
    assert len(errors) == 2 * len(NAMES)
    faults = sorted(error.fault for error in errors if error is not None)
    assert faults.count("nobody is signed in") == len(errors) - 1
    assert "an error nobody foresaw: KeyError: 'facts'" in faults[0]
