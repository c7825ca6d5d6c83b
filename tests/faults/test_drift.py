"""What happens to a hub behind the deployer's back: seen by status, mended by the same deploy."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest

pytestmark = [pytest.mark.engine, pytest.mark.hub]


@pytest.fixture(scope="module")
def up(shared_project: Any) -> Any:
    made = shared_project.run("deploy", "demo", "--json")
    assert made.code == 0, made.text
    return shared_project


def hub_folder(project: Any, stage: str) -> Path:
    record = json.loads((project.root / f".state/.hubs/demo-{stage}.json").read_text(encoding="utf-8"))
    return Path(record["facts"]["folder"])


def stages(project: Any) -> dict[str, dict[str, Any]]:
    return {entry["stage"]: entry for entry in project.run("status", "demo", "--json").json}


def test_unchanged_is_told_in_seconds_and_starts_no_engine(up: Any) -> None:
    again = up.run("deploy", "demo", "--json")

    result = again.events[-1]
    assert result["changed"] is False
    assert result["engine_seconds"] == 0
    assert result["seconds"] < 4


def test_a_killed_hub(up: Any) -> None:
    before = stages(up)
    pid = int((hub_folder(up, "prod") / "supervisord.pid").read_text())
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for process in family:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)
    assert stages(up)["prod"]["state"] == "drifted"
    assert stages(up)["staging"]["state"] == "up"

    mended = up.run("deploy", "demo", "--json")

    assert mended.code == 0, mended.text
    assert {stage["stage"]: stage["changed"] for stage in mended.events[-1]["stages"]} == {
        "staging": False,
        "prod": True,
    }
    assert stages(up)["prod"]["state"] == "up"
    assert stages(up)["prod"]["url"] == before["prod"]["url"]


def test_drift_is_told_and_nothing_is_touched(up: Any) -> None:
    clean = up.run("drift", "demo")
    assert clean.code == 0, clean.text
    assert "no drift found" in clean.out
    settings = hub_folder(up, "staging") / "settings.json"
    before = settings.read_text(encoding="utf-8")
    settings.write_text("{}", encoding="utf-8")
    state = {path: path.read_bytes() for path in (up.root / ".state").rglob("*.json")}

    found = up.run("drift", "--all", "--json")
    told = up.run("drift", "demo", "--format", "markdown")

    assert {path: path.read_bytes() for path in (up.root / ".state").rglob("*.json")} == state
    assert settings.read_text(encoding="utf-8") == "{}"
    settings.write_text(before, encoding="utf-8")
    assert (found.code, told.code) == (3, 3), found.text + told.text
    drifted = {entry["stack"]: entry for entry in found.json if entry["drifted"]}
    assert list(drifted) == ["demo-staging"]
    undone = {each["undo"] for one in drifted["demo-staging"]["resources"] for each in one["differences"]}
    assert undone == {"put back"}
    assert drifted["demo-staging"]["seen"], "the running hub is looked at as well"
    assert "| `demo-staging` | " in told.out
    assert "deployer refresh demo && deployer deploy demo" in told.out


def test_refresh_names_what_differs_and_changes_nothing(up: Any) -> None:
    settings = hub_folder(up, "staging") / "settings.json"
    settings.write_text("{}", encoding="utf-8")

    found = up.run("refresh", "demo", "--json").json

    drifted = {entry["part"]: [change["name"] for change in entry["drifted"]] for entry in found}
    assert drifted == {"cluster": [], "staging": ["demo-staging"], "prod": []}
    assert settings.read_text(encoding="utf-8") == "{}"
    held = up.run("deploy", "demo", "--stage", "prod")
    assert held.code == 0, held.text  # prod is as it was: nothing is promoted

    mended = up.run("deploy", "demo", "--json")
    assert mended.code == 0, mended.text
    assert settings.read_text(encoding="utf-8") != "{}"


def test_staging_that_fails_its_check_leaves_prod_alone(up: Any) -> None:
    path = up.root / "communities/demo.yaml"
    good = path.read_text(encoding="utf-8")
    broken = up.root / "images/base/requirements.txt"
    requirements = broken.read_text(encoding="utf-8")
    before = stages(up)["prod"]
    broken.write_text(requirements + "\nno-such-package-of-that-name==1.0\n", encoding="utf-8")

    failed = up.run("deploy", "demo")

    broken.write_text(requirements, encoding="utf-8")
    assert failed.code == 4, failed.text
    assert "Environment 'demo-staging-image-base' could not be" in failed.err
    assert "not touched: prod" in failed.err
    assert "Traceback" not in failed.text
    after = stages(up)["prod"]
    assert (after["state"], after["url"]) == (before["state"], before["url"])
    assert path.read_text(encoding="utf-8") == good


def test_destroy_asks_keeps_data_and_leaves_nothing_running(up: Any) -> None:
    home = up.root / ".local-cloud/demo/homes/demo-prod/ada"
    home.mkdir(parents=True)
    (home / "thesis.txt").write_text("years of work", encoding="utf-8")

    unasked = up.run("destroy", "demo")
    assert unasked.code == 2
    assert "nothing was changed" in unasked.err
    wrong = up.run("destroy", "demo", "--delete-data", "--confirm", "dmeo")
    assert wrong.code == 2
    assert stages(up)["prod"]["state"] == "up"

    destroyed = up.run("destroy", "demo", "--yes")

    assert destroyed.code == 0, destroyed.text
    assert str(home.parent) in destroyed.out
    assert (home / "thesis.txt").read_text(encoding="utf-8") == "years of work"
    assert {entry["state"] for entry in stages(up).values()} == {"not deployed"}
    running = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not [words for words in running if any(str(up.root) in word for word in words)]
