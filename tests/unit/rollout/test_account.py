"""Whose workflows an account trusts, by all clusters of the project that stand in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployer.config import load_cluster
from deployer.errors import BadInput
from deployer.project import Project
from deployer.rollout.account import account_facts, account_of, account_stack, workflows
from deployer.rollout.engine.files import Files
from deployer.rollout.engine.settings import EngineSettings
from deployer.rollout.ledger import Ledger, Record

MINE = "example-hubs"


def project(folder: Path, **github: str) -> Project:
    """A checkout with clusters in one account, and `elsewhere` in another."""
    (folder / "communities").mkdir()
    (folder / "clusters").mkdir()
    for name, section in github.items():
        account = "another-project" if name == "elsewhere" else MINE
        pools = "node_pools: {user: {cpu: 4, memory_gib: 16, max_nodes: 3}}"
        text = f"provider: gcp\ngcp: {{project: {account}, zone: us-central1-b}}\n{pools}\n"
        text += f"github: {section}\n" if section else ""
        (folder / f"clusters/{name}.yaml").write_text(text)
    return Project(folder)


def test_all_clusters_of_an_account_are_asked(tmp_path: Path) -> None:
    made = project(
        tmp_path,
        one="{repository_id: '7'}",
        two="{repository_id: '7', environments: [prod, trial]}",
        three="",
        elsewhere="{repository_id: '8'}",
    )
    found = workflows(made, MINE)
    assert found is not None
    assert (found.repository_id, found.environments) == ("7", ("staging", "prod", "trial"))


def test_nobody_asked(tmp_path: Path) -> None:
    assert workflows(project(tmp_path, one="", elsewhere="{repository_id: '8'}"), MINE) is None


def test_an_account_trusts_one_repository(tmp_path: Path) -> None:
    made = project(tmp_path, one="{repository_id: '7'}", two="{repository_id: '8'}")
    with pytest.raises(BadInput, match=r"different repositories \(one: 7, two: 8\)"):
        workflows(made, MINE)


def test_an_account_that_was_taken_back_is_not_ready(tmp_path: Path) -> None:
    cluster = load_cluster(project(tmp_path, one=""), "one").cluster
    assert account_of(cluster) == MINE
    state = EngineSettings(project="p", backend_url=f"file://{tmp_path}/s", secrets_provider="passphrase")
    ledger = Ledger(Files(state))
    assert account_facts(ledger, cluster) == {}
    stack = account_stack(MINE)
    ready = Record(cluster_stack=stack, provider="gcp", inputs="made", facts={"ci": {"principal": "x"}})
    ledger.write(stack, ready)
    assert account_facts(ledger, cluster)["ci"]
    ledger.write(stack, ready.unfinished())
    assert account_facts(ledger, cluster) == {}
