"""What is asked for on the command line reaches each rollout, be it one or of several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deployer.cli.main import run
from deployer.errors import GateFailed
from deployer.rollout import deploy as single
from deployer.rollout.fleet import deploy as fleet
from deployer.rollout.promotion import AS_FILED, Manner
from deployer.rollout.result import Rollout
from deployer.rollout.subject import Subject
from tests.unit.fleet.subjects import community, project_of

pytestmark = pytest.mark.engine
ONE, SEVERAL = ("hub-0",), ("hub-0", "hub-1")


class Asked:
    """Ends each rollout where it would begin, and keeps its terms."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.terms: dict[str, dict[str, Any]] = {}

    def roll_out(self, subject: Subject, **terms: Any) -> Rollout:
        name = subject.target.name
        self.terms[name] = terms
        if subject.target.alone:
            return Rollout(
                name=name, cluster=name, simulated=True, done={}, stages=[], auth_type="", seconds=0, engine_seconds=0
            )
        raise GateFailed("as far as this test goes", left="nothing was changed", remedy="none")

    def by(self, *words: str) -> dict[str, dict[str, Any]]:
        """The terms of each that begins."""
        self.terms.clear()
        assert run(["--project", str(self.project), "deploy", *words, "--simulate", "--json"]) == GateFailed.exit_code
        return self.terms


@pytest.fixture
def asked(tools: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    project_of(tmp_path, *(community(name) for name in SEVERAL))
    made = Asked(tmp_path)
    monkeypatch.setattr(single, "roll_out", made.roll_out)
    monkeypatch.setattr(fleet, "roll_out", made.roll_out)
    return made


@pytest.mark.parametrize("names", [ONE, SEVERAL])
def test_each_option_reaches_them(asked: Asked, names: tuple[str, ...]) -> None:
    words = ("--stage", "prod", "--window", "now", "--no-going-back", "--accept-chart-changes", "--failure-budget", "9")
    terms = asked.by(*names, *(words if len(names) > 1 else words[:-2]))

    assert set(names) <= set(terms)
    for each in terms.values():
        assert each["manner"] == Manner(by_hand=True, windows=(), goes_back=False)
        assert tuple(each["stages"]) == ("prod",)
        assert each["accept_chart_changes"] is True


@pytest.mark.parametrize("names", [ONE, SEVERAL])
def test_without_options_the_file_says_how(asked: Asked, names: tuple[str, ...]) -> None:
    for each in asked.by(*names).values():
        assert each["manner"] == AS_FILED
        assert tuple(each["stages"]) == ("staging", "prod")
        assert each["accept_chart_changes"] is False


def test_charts_that_were_read_are_those_of_that_run(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    asked.by(*SEVERAL, "--accept-chart-changes")
    capsys.readouterr()

    assert {each["accept_chart_changes"] for each in asked.by("--resume").values()} == {False}
    assert "going on with hub-0 hub-1, begun " in capsys.readouterr().out
    assert {each["accept_chart_changes"] for each in asked.by("--resume", "--accept-chart-changes").values()} == {True}


def test_a_window_of_ones_own(asked: Asked) -> None:
    [terms] = asked.by(*ONE, "--window", "sat 02:00-04:00 Europe/Berlin").values()

    [window] = terms["manner"].windows
    assert (window.start, window.end, window.timezone) == ("02:00", "04:00", "Europe/Berlin")


def test_resumed_it_goes_about_prod_as_before(asked: Asked) -> None:
    asked.by(*SEVERAL, "--window", "sat 02:00-04:00 Europe/Berlin", "--no-going-back")

    for each in asked.by("--resume").values():
        [window] = each["manner"].windows
        assert (window.start, each["manner"].goes_back) == ("02:00", False)
    for each in asked.by("--resume", "--window", "now").values():
        assert (each["manner"].windows, each["manner"].goes_back) == ((), False)


def test_resumed_it_is_still_prod_that_was_asked_for_by_name(asked: Asked) -> None:
    asked.by(*SEVERAL, "--stage", "prod")
    terms = asked.by("--resume")

    assert all(each["manner"].by_hand and tuple(each["stages"]) == ("prod",) for each in terms.values())


@pytest.mark.parametrize(
    "words",
    [
        ("hub-0", "--all"),
        ("--all", "--resume"),
        ("--all", "--canary", "hub-0", "--no-waves"),
        ("--resume", "--stage", "prod"),
        ("--resume", "--canary", "hub-0"),
        ("--resume", "--no-waves"),
        ("--resume", "--failure-budget", "2"),
        ("hub-0", "--at-once", "2"),
        ("hub-0", "--per-cluster", "2"),
        ("--cluster", "example-gcp", "--per-cloud", "2"),
    ],
)
def test_contradictions_are_refused(asked: Asked, words: tuple[str, ...]) -> None:
    assert run(["--project", str(asked.project), "deploy", *words, "--simulate"]) == 2
    assert not asked.terms
