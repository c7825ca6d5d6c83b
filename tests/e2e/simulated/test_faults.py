"""Bad days of a cloud: each ends in its own words, and the same command goes on from there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi_aws as aws
import pulumi_gcp as gcp
import pytest

from tests.e2e.simulated.conftest import Simulation, simulated

pytestmark = pytest.mark.engine
AWS = {"aws:region": "us-west-2"}
GCP = {"gcp:project": "demo-project", "gcp:region": "us-central1"}


@pytest.fixture
def simulation(tools: Mapping[str, Path], tmp_path: Path) -> Simulation:
    """The state is written as people's is: what breaks may break between two steps."""
    return simulated(tmp_path, tools, checkpoints=True)


def bucket() -> None:
    aws.s3.Bucket("scratch")


def pool() -> None:
    cluster = gcp.container.Cluster("demo", location="us-central1-b", initial_node_count=1, deletion_protection=False)
    gcp.container.NodePool("users", cluster=cluster.id)


@pytest.mark.parametrize(
    ("program", "settings", "fault", "words"),
    [
        (pool, GCP, {"kind": "quota", "type": "*:NodePool", "what": "NVIDIA_T4_GPUS"}, "NVIDIA_T4_GPUS"),
        (pool, GCP, {"kind": "capacity", "type": "*:NodePool"}, "ZONE_RESOURCE_POOL_EXHAUSTED"),
        (bucket, AWS, {"kind": "permission", "name": "scr*"}, "is not authorized to perform: s3:CreateBucket"),
        (bucket, AWS, {"kind": "throttling", "cloud": "aws", "times": 1}, "ThrottlingException: Rate exceeded"),
        (bucket, AWS, {"kind": "crash"}, "error reading from server: EOF"),
    ],
    ids=["quota", "capacity", "permission", "throttling", "crash"],
)
def test_the_same_command_goes_on(simulation: Any, program: Any, settings: Any, fault: Any, words: str) -> None:
    stack = simulation.stack("demo", program, settings)
    simulation.order(fault)
    struck = stack.up()
    assert struck.failed
    assert words in struck.text

    if fault["kind"] not in ("throttling", "crash"):  # those pass by themselves
        simulation.order()
    after = stack.up()
    assert not after.failed, after.text


def test_what_was_made_is_not_seen_at_once(simulation: Any) -> None:
    def program() -> None:
        role = aws.iam.Role("hub", assume_role_policy="{}")
        aws.iam.RolePolicyAttachment("rights", role=role.name, policy_arn="arn:aws:iam::aws:policy/ReadOnlyAccess")

    simulation.order({"kind": "not_yet", "type": "*:Role", "times": 1})
    stack = simulation.stack("demo", program, AWS)
    early = stack.up()
    assert "NoSuchEntity: The role with name hub-" in early.text
    later = stack.up()
    assert later.of("create") == {"rights"}
    assert not later.failed, later.text


def test_slow_creation_is_waited_for(simulation: Any) -> None:
    simulation.order({"kind": "slow", "type": "*:Bucket", "seconds": 2})
    start = time.monotonic()
    assert not simulation.stack("demo", bucket, AWS).up().failed
    assert time.monotonic() - start > 2


def test_a_crash_after_the_work_leaves_what_was_made(simulation: Any) -> None:
    simulation.order({"kind": "crash", "after": True})
    stack = simulation.stack("demo", bucket, AWS)
    assert stack.up().failed
    assert len(simulation.records("Bucket")) == 1

    # The next bucket gets another automatic name; the first is nobody's, as in the real cloud.
    assert not stack.up().failed
    assert len(simulation.records("Bucket")) == 2


def test_a_wrong_file_of_faults_is_said(simulation: Any) -> None:
    simulation.order({"kind": "flood"})
    assert "[0]: kind is not one of quota, throttling" in simulation.stack("demo", bucket, AWS).up().text
