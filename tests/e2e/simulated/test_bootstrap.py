"""An account from nothing to ready and back, in simulated clouds, through the commands that people use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Checkout, checkout

pytestmark = pytest.mark.engine
CLUSTERS = {"gcp": "example-gcp"}
BOOTSTRAP = ("bootstrap", "example-gcp", "--simulate")
ACCOUNT = "example-hubs"


@pytest.fixture(scope="module")
def mine() -> Iterator[Checkout]:
    with checkout() as made:
        yield made


def test_without_a_yes_nothing_is_made(mine: Checkout) -> None:
    run = mine.run(*BOOTSTRAP)
    assert run.code == 2, run.text
    assert "create   CryptoKey state" in run.err
    assert "nothing was changed. Add --yes" in run.err
    assert not list((mine.root / ".state/.simulated").rglob("*Bucket*.json"))


def test_ready_unchanged_undone_and_ready_again(mine: Checkout) -> None:
    first = mine.run(*BOOTSTRAP, "--yes")
    assert first.code == 0, first.text
    assert "gs://example-hubs-hubs-state" in first.out
    assert "next: deployer deploy --cluster example-gcp --simulate" in first.out

    again = mine.run(*BOOTSTRAP, "--yes")
    assert (again.code, "unchanged" in again.out) == (0, True), again.text

    wrong = mine.run(*BOOTSTRAP, "--undo", "--confirm", "another")
    assert (wrong.code, "nothing was changed" in wrong.err) == (2, True), wrong.text

    undone = mine.run(*BOOTSTRAP, "--undo", "--confirm", ACCOUNT)
    assert undone.code == 0, undone.text
    assert "kept: key projects/example-hubs/" in undone.out
    assert not list((mine.root / ".state/.simulated").rglob("*storage_bucket*/*.json"))

    adopted = mine.run(*BOOTSTRAP, "--yes")
    assert adopted.code == 0, adopted.text
    assert "unchanged" in mine.run(*BOOTSTRAP, "--yes").out


def test_an_account_in_use_is_not_taken_back(mine: Checkout) -> None:
    assert mine.run(*BOOTSTRAP, "--yes").code == 0
    deployed = mine.run("deploy", "--cluster", "example-gcp", "--simulate")
    assert deployed.code == 0, deployed.text
    refused = mine.run(*BOOTSTRAP, "--undo", "--confirm", ACCOUNT)
    assert refused.code == 1, refused.text
    assert "is in use: example-gcp-cluster" in refused.err


def test_a_machine_has_no_account(mine: Checkout) -> None:
    run = mine.run("bootstrap", "this-machine")
    assert run.code == 1, run.text
    assert "there is nothing to make ready" in run.err
