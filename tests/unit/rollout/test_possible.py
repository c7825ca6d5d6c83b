"""What is refused before anything is made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from components.clouds import cloud
from deployer.errors import BadInput, DeployerError
from deployer.project import Project, find_project
from deployer.rollout.engine.backend import Backend
from deployer.rollout.ledger import Ledger
from deployer.rollout.possible import refuse_impossible
from deployer.rollout.subject import load_subject
from deployer.rollout.target import Target
from tests.conftest import checkout


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    with checkout() as made:
        yield find_project(made.root)


def refuse(target: Target) -> None:
    subject = load_subject(target, secrets_needed=False)
    refuse_impossible(subject, Ledger(Backend(target.settings).files))


@pytest.mark.parametrize("community", ["research-gcp", "class-aws", "event-azure", "campus-existing"])
def test_hubs_on_kubernetes_are_deployed_for_real_and_in_simulation(community: str, project: Project) -> None:
    for simulated in (False, True):
        refuse(Target(project=project, name=community, simulated=simulated))


def test_a_real_hub_wants_its_sign_in_secret_and_a_simulated_one_does_not(project: Project) -> None:
    target = Target(project=project, name="research-gcp")
    with pytest.raises(BadInput, match=r"the sign-in secret is neither in secrets/research-gcp.yaml nor in"):
        load_subject(target, environment={})
    simulated = Target(project=project, name="research-gcp", simulated=True)
    subject = load_subject(simulated, environment={})
    assert [subject.secrets.of(stage).client_secret for stage in subject.stages] == [None, None]


def test_packages_that_are_missing_are_named_with_what_installs_them(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(cloud("gcp")), "modules", ("pulumi_kubernetes", "nowhere_to_be_found"))
    with pytest.raises(DeployerError, match="not installed: nowhere_to_be_found") as error:
        refuse(Target(project=project, name="research-gcp", simulated=True))
    assert (error.value.remedy or "").endswith("-m pip install --editable '.[gcp]'")


def test_a_cluster_alone_may_be_deployed(project: Project) -> None:
    refuse(Target(project=project, name="example-gcp", alone=True))


def test_what_has_no_stand_in_is_not_simulated(project: Project) -> None:
    with pytest.raises(BadInput, match="provider local has no stand-in"):
        refuse(Target(project=project, name="demo", simulated=True))
    refuse(Target(project=project, name="demo"))


def test_nothing_was_written_by_that(project: Project) -> None:
    assert not (project.root / ".state").exists()
