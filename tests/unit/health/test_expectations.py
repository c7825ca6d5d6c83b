"""What a check is to find, from the community's file and where its hub runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from components.clouds import cloud
from deployer.config import load_deployments
from deployer.errors import DeployerError
from deployer.project import Project
from deployer.rollout.health import Expectations, GpuExpectation, HubTarget
from deployer.rollout.health.plan import plan_steps
from deployer.rollout.health.target import NODE_SECONDS, SETTLING_SECONDS
from deployer.rollout.stage import hub_target
from deployer.rollout.subject import load_subject
from deployer.rollout.target import Target
from schemas.community import Deployment
from tests.conftest import CHECKOUT

PROJECT = Project(root=CHECKOUT)


def deployment(name: str) -> Deployment:
    return load_deployments(PROJECT, name).deployments["prod"]


def steps(expects: Expectations) -> list[str]:
    return [step.name for step in plan_steps(HubTarget(url="https://hub.example.org/", api_token="x", expects=expects))]


def test_clouds_say_whether_a_server_may_wait_for_a_node() -> None:
    known = [path.name for path in Path(CHECKOUT / "components" / "clouds").iterdir() if (path / "cloud.py").exists()]
    assert [name for name in sorted(known) if not cloud(name).nodes_come_and_go] == ["local"]


def test_scratch_is_a_folder_here_and_a_bucket_in_a_cloud() -> None:
    asked = deployment("research-gcp")
    assert asked.hub.scratch
    here, there = Expectations.of(asked), Expectations.of(asked, on_cluster=True, scratch_bucket=True)
    assert "scratch takes files" in steps(here)
    assert "scratch bucket takes files" not in steps(here)
    assert "scratch bucket takes files" in steps(there)
    assert "scratch takes files" not in steps(there)
    assert steps(there)[0] == "address leads there"


def test_other_peoples_images_need_not_have_nbgitpuller() -> None:
    asked = deployment("demo")
    assert Expectations.of(asked).nbgitpuller
    other = asked.model_copy(
        update={"hub": asked.hub.model_copy(update={"image": "quay.io/example/lab:1", "profiles": ()})}
    )
    assert "nbgitpuller answers" not in steps(Expectations.of(other))


def test_time_for_nodes_where_there_may_be_none_yet() -> None:
    here, there = Expectations(), Expectations(on_cluster=True)
    assert there.deadline_seconds == here.deadline_seconds + NODE_SECONDS
    gpu = replace(there, gpu=GpuExpectation(profile="gpu", count=1))
    assert gpu.deadline_seconds > there.deadline_seconds + NODE_SECONDS
    target = HubTarget(url="https://hub.example.org/", api_token="x", expects=there)
    assert target.longest_seconds == replace(target, expects=gpu, settling_seconds=SETTLING_SECONDS).deadline_seconds


def test_a_target_from_a_stacks_outputs() -> None:
    subject = load_subject(Target(project=PROJECT, name="research-gcp"), secrets_needed=False)
    facts = {"namespace": "research-gcp-prod", "buckets": {"scratch": "gs://x"}}
    outputs = {"url": "https://hub.example.org/", "health_token": "token", "facts": facts}
    at_once, after_deploy = hub_target(subject, "prod", outputs), hub_target(subject, "prod", outputs, settling=True)
    assert (at_once.settling_seconds, after_deploy.settling_seconds) == (0, SETTLING_SECONDS)
    assert at_once.expects.on_cluster
    assert at_once.expects.scratch_bucket
    assert at_once.expects.gpu is None


def test_no_gpu_to_look_at() -> None:
    subject = load_subject(Target(project=PROJECT, name="demo"), secrets_needed=False)
    with pytest.raises(DeployerError, match="no profile with GPUs that everyone may use"):
        hub_target(subject, "prod", {"url": "", "health_token": "", "facts": {}}, gpu=True)
