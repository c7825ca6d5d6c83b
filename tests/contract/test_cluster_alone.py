"""A cluster by itself, as people deploy it: the command, the engine, a stand-in for the cloud."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from components.charts import charts
from providers.simulated.install import environment
from tests.conftest import Checkout, Run
from tests.kubernetes import chart as chart_folder

pytestmark = pytest.mark.engine

CLUSTER = """\
provider: gcp
gcp: {project: example-hubs, zone: us-central1-b}
kubernetes_minor: "1.33"
node_pools:
  user: {cpu: 4, memory_gib: 32}
"""
MIRRORED = f"{CLUSTER}support: {{monitoring: {{enabled: false}}}}\nchart_mirror: mirror\n"


@pytest.fixture
def alone(project: Checkout) -> Any:
    """Runs the deployer where the cloud is a stand-in, and its charts are in a folder."""
    folder = project.root / "mirror"
    folder.mkdir()
    for name in ("envoy-gateway", "cert-manager", "jupyterhub-home-nfs"):
        # Nothing is installed without an API server, and their digests are unknown: any chart of that name will do.
        chart = charts()[name]
        with tarfile.open(folder / chart.archive, "w:gz") as archive:
            archive.add(chart_folder(project.root / "charts" / name, chart.chart), arcname=chart.chart)
    changed = {**environment(project.root / "world", inherited=os.environ), "GOOGLE_OAUTH_ACCESS_TOKEN": "of nobody"}

    def run(*arguments: str) -> Run:
        return project.run(*arguments, environment=changed)

    return run


def test_is_previewed_deployed_left_alone_and_changed(alone: Any, project: Checkout) -> None:
    project.write("clusters/cloud.yaml", MIRRORED)
    previewed = alone("preview", "--cluster", "cloud")
    assert previewed.code == 0, previewed.text
    assert "NodePool cloud-user" in previewed.out
    assert not Path(project.root / "world/gcp").exists()

    deployed = alone("deploy", "--cluster", "cloud")
    assert deployed.code == 0, deployed.text
    assert "cloud: up:" in deployed.out
    again = alone("deploy", "--cluster", "cloud")
    assert again.out.startswith("cloud: nothing changed"), again.text

    # Edits that it cannot follow are refused at their place, and the others done.
    edited = MIRRORED.replace("1.33", "1.35").replace("us-central1-b", "us-east1-b").replace("user:", "people:")
    file = project.write("clusters/cloud.yaml", edited)
    for command in ("preview", "deploy"):
        refused = alone(command, "--cluster", "cloud")
        assert refused.code == 2, refused.text
        for words in (
            "clusters/cloud.yaml:2:30: gcp.zone: the cluster stands in us-central1-b;",
            "clusters/cloud.yaml:3:1: kubernetes_minor: Kubernetes goes up one minor version at a time, and 1.33 runs",
            "clusters/cloud.yaml:5:3: node_pools.people: 'people' comes and 'user' would go in one step",
        ):
            assert words in refused.err, refused.text

    file.write_text(MIRRORED.replace("1.33", "1.34"), encoding="utf-8")
    raised = alone("deploy", "--cluster", "cloud")
    assert raised.code == 0, raised.text
    assert "2 replaced" in raised.out


def test_is_simulated_beside_the_real_state(project: Checkout) -> None:
    project.write("clusters/cloud.yaml", CLUSTER)
    previewed = project.run("preview", "--cluster", "cloud", "--simulate")
    assert previewed.code == 0, previewed.text
    assert "NodePool cloud-user" in previewed.out
    assert not (project.root / ".state/.simulated/gcp").exists()

    deployed = project.run("deploy", "--cluster", "cloud", "--simulate")
    assert deployed.code == 0, deployed.text
    assert "cloud: up:" in deployed.out
    assert (project.root / ".state/.simulated/gcp").is_dir()
    again = project.run("deploy", "--cluster", "cloud", "--simulate")
    assert again.out.startswith("cloud: nothing changed"), again.text
    assert {path.name for path in (project.root / ".state").iterdir()} == {".simulated", "simulated"}


def test_what_has_no_stand_in_is_not_simulated(project: Checkout) -> None:
    for command in ("preview", "deploy"):
        refused = project.run(command, "--cluster", "this-machine", "--simulate")
        assert refused.code == 2, refused.text
        assert "this-machine cannot be simulated: provider local has no stand-in" in refused.err
    assert not (project.root / ".state").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name a community, or a cluster with --cluster NAME"),
        (("demo", "--cluster", "cloud"), "name a community, or a cluster with --cluster NAME"),
        (("--cluster", "cloud", "--stage", "prod"), "a cluster has no stages"),
        (("--cluster", "clout"), "no cluster named 'clout'; did you mean 'cloud'?"),
    ],
)
def test_what_is_asked_for_must_be_one_thing(
    arguments: tuple[str, ...], words: str, alone: Any, project: Checkout
) -> None:
    project.write("clusters/cloud.yaml", CLUSTER)
    refused = alone("preview", *arguments)
    assert refused.code == 2
    assert words in refused.err


def test_nobody_to_sign_in_as_is_said_first(project: Checkout) -> None:
    for command in ("preview", "deploy"):
        refused = project.run(command, "seminar-gcp", environment={"HOME": str(project.root)})
        assert refused.code == 2, refused.text
        assert "nobody is signed in to Google Cloud" in refused.err
    nobody = project.run("deploy", "--cluster", "example-gcp", environment={"HOME": str(project.root)})
    assert nobody.code == 2, nobody.text
    assert "nobody is signed in to Google Cloud: there are no application default credentials" in nobody.err
    assert "sign in: gcloud auth application-default login" in nobody.err
    assert not (project.root / ".state").exists()


def test_a_cluster_goes_by_its_typed_name_only(project: Checkout) -> None:
    project.write("clusters/cloud.yaml", f"{CLUSTER}support: {{monitoring: {{enabled: false}}}}\n")
    assert project.run("deploy", "--cluster", "cloud", "--simulate").code == 0
    for arguments, words in (
        (("--yes",), "Add --confirm cloud to go ahead"),
        (("--confirm", "clod"), "'clod' is not 'cloud'; nothing was changed"),
    ):
        refused = project.run("destroy", "--cluster", "cloud", "--simulate", *arguments)
        assert refused.code == 2, refused.text
        assert words in refused.err
    gone = project.run("destroy", "--cluster", "cloud", "--simulate", "--confirm", "cloud")
    assert gone.code == 0, gone.text
    assert "Disk cloud-homes: projects/example-hubs/zones/us-central1-b/disks/cloud-homes" in gone.out
    status = project.run("status", "--cluster", "cloud", "--simulate", "--json").json
    assert (status["state"], status["communities"]) == ("not deployed", [])
    assert project.run("unlock", "--cluster", "cloud", "--simulate").out == "cloud is not locked\n"
