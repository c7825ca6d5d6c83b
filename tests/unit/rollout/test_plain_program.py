"""`stacks/` as plain `pulumi preview` and `pulumi up` run it, without the deployer around it."""

from __future__ import annotations

import runpy
import shutil
from typing import Any

import httpx
import pytest

from components.clouds import cloud
from deployer.project import find_project
from deployer.rollout.interruption import Interruption
from deployer.rollout.opening import open_engine
from deployer.rollout.target import Target
from tests.conftest import CHECKOUT, Checkout

pytestmark = [pytest.mark.engine, pytest.mark.hub]


def kinds(outcome: Any) -> set[str]:
    return {change.kind for change in outcome.changes if change.custom}


def test_makes_what_the_deployer_makes(project: Checkout) -> None:
    shutil.copytree(CHECKOUT / "stacks", project.root / "stacks")
    local = cloud("local").tools
    here = find_project(project.root)
    engine = open_engine(
        Target(project=here, name="demo"), tools=local, interruption=Interruption(print), listen=lambda _: None
    )

    def plain() -> None:
        runpy.run_path(str(project.root / "stacks" / "__main__.py"), run_name="__main__")

    cluster = engine.up("demo-cluster", plain)
    staging = engine.up("demo-staging", plain)

    assert kinds(cluster) == {"Machine"}
    assert kinds(staging) == {"StackReference", "Environment", "Directory", "Hub"}
    assert httpx.get(f"{staging.outputs['url']}hub/api").json()["version"] == "5.5.0"
    previewed = project.run("preview", "demo", "--stage", "staging", "--json").json["stacks"][-1]
    assert {resource["operation"] for resource in previewed["resources"]} == {"same", "read"}
    engine.destroy("demo-staging")
    engine.destroy("demo-cluster")
