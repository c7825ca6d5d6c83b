"""What the SDK is spared must not be missed: failures are told, former names are known, under the real engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest

from deployer.rollout.engine import sdk_costs
from tests.e2e.simulated.conftest import Simulation, simulated

pytestmark = pytest.mark.engine
SETTINGS = {"gcp:project": "demo-project"}


@pytest.fixture
def simulation(tools: Mapping[str, Path], tmp_path: Path) -> Simulation:
    assert vars(pulumi.runtime.stack)["wait_for_rpcs"] is sdk_costs.wait_for_program
    assert vars(pulumi.runtime.resource)["_get_stack_trace"] is sdk_costs.nowhere
    return simulated(tmp_path, tools)


def test_a_value_that_fails_late_fails_the_run(simulation: Simulation) -> None:
    def program() -> None:
        bucket = gcp.storage.Bucket("early", location="us-central1")

        def after(url: str) -> pulumi.Output[Any]:
            gcp.storage.Bucket("late", location="us-central1", labels={"after": url[5:8]})
            return bucket.id.apply(lambda _: 1 // 0)

        bucket.url.apply(after)

    made = simulation.stack("late", program, SETTINGS).up()
    assert made.failed
    assert "modulo by zero" in made.text
    assert made.of("create") >= {"early", "late"}


def test_a_former_name_is_known_and_its_childrens_too(simulation: Simulation) -> None:
    def program(name: str, *former: pulumi.Alias) -> Any:
        def declare() -> None:
            group = pulumi.ComponentResource("hubs:test:Group", name, None, pulumi.ResourceOptions(aliases=[*former]))
            gcp.storage.Bucket("one", location="us-central1", opts=pulumi.ResourceOptions(parent=group))

        return declare

    assert not simulation.stack("names", program("old"), SETTINGS).up().failed
    renamed = simulation.stack("names", program("new", pulumi.Alias(name="old")), SETTINGS).up()
    assert (renamed.failed, renamed.changes) == (False, [])
