"""`deployer state` and `deployer drift` as people run them, in a checkout where nothing is deployed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Checkout, checkout


@pytest.fixture(scope="module")
def fresh() -> Iterator[Checkout]:
    with checkout() as made:
        yield made


def test_nothing_is_deployed(fresh: Checkout) -> None:
    shown = fresh.run("state", "--json")
    assert (shown.code, shown.json["stacks"], shown.json["own"]) == (0, [], True), shown.text
    assert "no stacks yet" in fresh.run("state").out
    assert fresh.run("state", "verify").code == 0
    assert "nothing to mend" in fresh.run("state", "repair").out
    drift = fresh.run("drift", "--all", "--format", "markdown")
    assert (drift.code, drift.out.strip()) == (0, "### Drift: nothing is deployed"), drift.text
    assert not (fresh.root / ".state").exists(), "looking makes nothing"


def test_what_cannot_be_done_is_said(fresh: Checkout) -> None:
    nothing = fresh.run("state", "backup")
    assert nothing.code == 1
    assert "there is no state to back up" in nothing.err
    unknown = fresh.run("state", "repair", "nobody")
    assert unknown.code == 2
    assert "nothing named 'nobody' is in the state" in unknown.err
    assert fresh.run("drift", "nobody").code == 2
    assert fresh.run("drift").code == 2
    missing = fresh.run("state", "restore", "nowhere.tar.gz", "--confirm", "hubs")
    assert missing.code == 2
    assert "there is no file nowhere.tar.gz" in missing.err
    unasked = fresh.run("state", "adopt")
    assert unasked.code == 2
    assert "--confirm hubs" in unasked.err


def test_pulumi_cloud_is_refused_with_the_reason(fresh: Checkout) -> None:
    refused = fresh.run("state", environment={"PULUMI_BACKEND_URL": "https://api.pulumi.example.org"})
    assert refused.code == 1
    assert "Pulumi Cloud has no room for files" in refused.err
    assert "s3://BUCKET" in refused.err


def test_adopted_by_name(fresh: Checkout) -> None:
    done = fresh.run("state", "adopt", "--confirm", "hubs", "--json")
    assert done.code == 0, done.text
    assert done.json["changed"] is True
    again = fresh.run("state", "adopt", "--json")
    assert (again.code, again.json["changed"]) == (0, False), again.text
    assert fresh.run("state", "--json").json["identity"]["id"] == done.json["identity"]["id"]
