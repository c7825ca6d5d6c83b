"""Accounts from nothing to ready and back, in simulated clouds, through the commands that people use."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator

import pytest

from tests.conftest import CHECKOUT, Checkout, checkout

pytestmark = pytest.mark.engine
ACCOUNTS = {"aws": "123456789012", "azure": "00000000-0000-0000-0000-000000000000", "gcp": "example-hubs"}
BUCKETS = {"aws": "s3://123456789012-hubs-state", "azure": "azblob://state?", "gcp": "gs://example-hubs-hubs-state"}
ACTIONS = {"aws": "aws-actions/configure-aws-credentials", "azure": "azure/login", "gcp": "google-github-actions/auth"}


@pytest.fixture(scope="module")
def mine() -> Iterator[Checkout]:
    """With a cluster in each cloud whose workflows may deploy: `trial-<cloud>`."""
    with checkout() as made:
        for cloud in ACCOUNTS:
            text = (CHECKOUT / f"tests/contract/clusters/{cloud}.yaml").read_text(encoding="utf-8")
            made.write(f"clusters/trial-{cloud}.yaml", text)
        yield made


def test_without_a_yes_nothing_is_made(mine: Checkout) -> None:
    run = mine.run("bootstrap", "example-gcp", "--simulate")
    assert run.code == 2, run.text
    assert "create   CryptoKey state" in run.err
    assert "nothing was changed. Add --yes" in run.err
    assert not list((mine.root / ".state/.simulated").rglob("*Bucket*.json"))


@pytest.mark.parametrize("command", ["deploy", "preview"])
def test_a_cluster_for_workflows_wants_its_account_ready(mine: Checkout, command: str) -> None:
    run = mine.run(command, "--cluster", "trial-aws", "--simulate")
    assert run.code == 2, run.text
    assert "its account has no identity for them" in run.err
    assert "deployer bootstrap trial-aws --simulate makes it" in run.err


@pytest.mark.parametrize("cloud", ACCOUNTS)
def test_ready_undone_and_ready_again(mine: Checkout, cloud: str) -> None:
    bootstrap = ("bootstrap", f"trial-{cloud}", "--simulate")
    first = mine.run(*bootstrap, "--yes")
    assert first.code == 0, first.text
    assert BUCKETS[cloud] in first.out
    assert f"by {ACTIONS[cloud]};" in first.out
    (command,) = (shlex.split(line) for line in first.out.splitlines() if "gh variable set" in line)
    assert command[:5] == ["gh", "variable", "set", f"HUBS_{cloud.upper()}", "--body"]
    sign_in = (CHECKOUT / ".github/actions/sign-in/action.yml").read_text(encoding="utf-8")
    assert set(json.loads(command[5])) == set(re.findall(rf"fromJSON\(inputs\.{cloud}\)\.([\w-]+)", sign_in))
    assert f"next: deployer deploy --cluster trial-{cloud} --simulate" in first.out

    undone = mine.run(*bootstrap, "--undo", "--confirm", ACCOUNTS[cloud])
    assert undone.code == 0, undone.text
    assert ("kept: key" in undone.out) == (cloud != "aws")

    adopted = mine.run(*bootstrap, "--yes")
    assert adopted.code == 0, adopted.text


def test_a_second_run_changes_nothing(mine: Checkout) -> None:
    again = mine.run("bootstrap", "trial-gcp", "--simulate", "--yes")
    assert (again.code, "unchanged" in again.out) == (0, True), again.text


def test_an_undo_wants_the_accounts_name(mine: Checkout) -> None:
    wrong = mine.run("bootstrap", "trial-gcp", "--simulate", "--undo", "--confirm", "another")
    assert (wrong.code, "nothing was changed" in wrong.err) == (2, True), wrong.text


def test_an_account_in_use_is_not_taken_back(mine: Checkout) -> None:
    deployed = mine.run("deploy", "--cluster", "trial-gcp", "--simulate")
    assert deployed.code == 0, deployed.text
    refused = mine.run("bootstrap", "trial-gcp", "--simulate", "--undo", "--confirm", ACCOUNTS["gcp"])
    assert refused.code == 1, refused.text
    assert "is in use: trial-gcp-cluster" in refused.err
    # What stands in another cloud is none of its business, as long as its state is elsewhere.
    assert mine.run("bootstrap", "trial-aws", "--simulate", "--undo", "--confirm", ACCOUNTS["aws"]).code == 0


def test_a_machine_has_no_account(mine: Checkout) -> None:
    run = mine.run("bootstrap", "this-machine")
    assert run.code == 1, run.text
    assert "there is nothing to make ready" in run.err
