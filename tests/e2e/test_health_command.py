"""`deployer health` on a deployed community."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import Demo

pytestmark = [pytest.mark.engine, pytest.mark.hub, pytest.mark.xdist_group("e2e")]


def test_healthy(demo: Demo) -> None:
    run = demo.checkout.run("health", "demo")
    assert run.code == 0, run.text
    for stage in ("staging", "prod"):
        assert f"demo {stage} is healthy" in run.out
    for step in ("server starts", "cell runs", "shared directories are there: shared", "scratch takes files"):
        assert run.out.count(step) == 2
    assert "Traceback" not in run.text
    assert not any(password in run.text for password in demo.passwords.values())
    homes = demo.home("prod", "x").parent
    assert [home.name for home in homes.iterdir() if home.name.startswith("health-check-")] == []


def test_unhealthy(demo: Demo) -> None:
    shared = demo.checkout.root / ".local-cloud" / "demo" / "shared" / "demo-staging" / "shared"
    away = shared.rename(shared.with_name("away"))
    try:
        run = demo.checkout.run("health", "demo", "--stage", "staging", "--json")
        every = demo.checkout.run("health", "--all")
    finally:
        away.rename(shared)
    assert every.code == 3, every.text
    assert re.search(r"^demo +staging +unhealthy +[\d.]+ +\w", every.out, re.MULTILINE)
    assert re.search(r"^demo +prod +healthy +[\d.]+ +-$", every.out, re.MULTILINE)
    assert every.out.endswith("1 of 2 hubs are healthy\n")
    assert "last lines of the log" in every.out
    assert not any(password in every.text for password in demo.passwords.values())
    assert run.code == 3, run.text
    [result] = run.json
    assert (result["community"], result["stage"], result["healthy"]) == ("demo", "staging", False)
    assert result["fault"]["step"] in ("server starts", "shared directories are there")
    assert result["fault"]["seen"]
    assert result["fault"]["log"]
    assert result["left"] == ""
    assert result["steps"][-1]["passed"] is False
    [status] = [one for one in demo.checkout.run("status", "demo", "--json").json if one["stage"] == "staging"]
    assert status["state"] == "unhealthy"

    mended = demo.checkout.run("health", "demo", "--stage", "staging")
    assert mended.code == 0, mended.text


def test_which_hubs_must_be_said(demo: Demo) -> None:
    for words in ([], ["demo", "--all"]):
        run = demo.checkout.run("health", *words)
        assert (run.code, run.out) == (2, "")
        assert "name communities, or all with --all" in run.err
    several = demo.checkout.run("health", "demo", "nonsuch")
    assert several.code == 2
    assert "no community named 'nonsuch'" in several.err


def test_not_deployed(demo: Demo) -> None:
    run = demo.checkout.run("health", "nonsuch")
    assert run.code == 2
    assert "no community named 'nonsuch'" in run.err
    assert run.out == ""
