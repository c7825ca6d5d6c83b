"""A deploy looks at its charts before anything is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.charts import charts
from components.clouds import cloud
from deployer.charts.archive import archives_folder
from deployer.config import load_each
from deployer.errors import GateFailed
from deployer.project import find_project
from deployer.rollout.charted import require_charts_of
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.settings import EngineSettings
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.subject import Subject, load_subject
from deployer.rollout.target import Target

PARTS = ("cluster", "staging", "prod")


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path / "cache"))
    return Backend(
        EngineSettings(project="hubs", backend_url=f"file://{tmp_path}/state", secrets_provider="passphrase")
    )


def subject(name: str) -> Subject:
    return load_subject(Target(project=find_project(), name=name, simulated=True))


def test_another_archive_stops_it(backend: Backend) -> None:
    ocean = subject("research-gcp")
    ledger = Ledger(backend.files)
    require_charts_of(ocean, PARTS, ledger, backend.files, accepted=False)

    grafana = charts()["grafana"]
    archives_folder().mkdir(parents=True)
    (archives_folder() / grafana.archive).write_bytes(b"somebody else's")
    with pytest.raises(GateFailed, match=r"chart grafana .* is not what it was"):
        require_charts_of(ocean, PARTS, ledger, backend.files, accepted=False)
    require_charts_of(ocean, ["prod"], ledger, backend.files, accepted=False)  # a hub has no Grafana


def test_breaking_changes_are_those_since_the_last_deploy(backend: Backend) -> None:
    ocean, ledger = subject("research-gcp"), Ledger(backend.files)
    facts = {"charts": {"jupyterhub": "3.3.8"}}
    ledger.write(ocean.stack("prod"), Record(cluster_stack=ocean.cluster_stack, provider="gcp", facts=facts))
    require_charts_of(ocean, ["staging"], ledger, backend.files, accepted=False)
    with pytest.raises(GateFailed, match=r"research-gcp-prod would go over .*\n.*past 4\.0\.0"):
        require_charts_of(ocean, ["staging", "prod"], ledger, backend.files, accepted=False)
    require_charts_of(ocean, ["staging", "prod"], ledger, backend.files, accepted=True)


def test_every_chart_that_somebody_needs_is_locked() -> None:
    project = find_project()
    names = [file.stem for file in project.communities.glob("*.yaml")]
    needed = set()
    for loaded in load_each(project, names).values():
        assert not isinstance(loaded, Exception)
        for deployment in loaded.deployments.values():
            there = cloud(deployment.cluster.provider)
            needed |= {*there.charts(deployment), *there.cluster_charts(deployment.cluster)}
    assert needed <= set(charts())
    assert {"jupyterhub", "prometheus", "cluster-autoscaler"} <= needed
