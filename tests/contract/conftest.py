"""Clusters of every cloud with Kubernetes, under the real engine against stand-ins.

`clusters/<provider>.yaml` is a cluster that asks for everything; a cloud with `parts.py` has one.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

import components.clouds
from components.kubernetes_contract import BucketArgs, Grant, IdentityArgs, Parts, Site
from schemas.cluster import Cluster
from stacks.cluster import cluster_program
from tests.e2e.simulated.conftest import Outcome, Simulation, Stack, simulated, simulation, strict_simulation

__all__ = ["simulation", "strict_simulation"]

NAME = "demo"
CLOUDS = sorted(file.parent.name for place in components.clouds.__path__ for file in Path(place).glob("*/parts.py"))


def asked(cloud: str, **changes: Any) -> dict[str, Any]:
    """The cluster that asks for everything, with other fields; what is None is left out."""
    values = yaml.safe_load((Path(__file__).parent / f"clusters/{cloud}.yaml").read_text(encoding="utf-8"))
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def little(cloud: str, **changes: Any) -> dict[str, Any]:
    """Less than all there is, for tests of how it changes: the rest only costs time there."""
    values = asked(cloud, budget=None, github=None, admin_principals=None, **changes)
    return {**values, "node_pools": {"user": values["node_pools"]["user"]}}


def stack_of(simulation: Simulation, values: dict[str, Any], *, name: str = NAME, protect: bool = True) -> Stack:
    """The stack of a cluster with such a file."""
    program = cluster_program(name, Cluster.model_validate(values), Path.cwd(), protect=protect)
    return simulation.stack(f"{name}-cluster", program, {})


@dataclass(frozen=True)
class Standing:
    """A cluster that stands."""

    cloud: str
    simulation: Simulation
    foretold: Outcome
    made: Outcome
    again: Outcome
    resources: list[dict[str, Any]]
    """As the state has them."""

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.made.outputs["facts"]
        return facts

    def of(self, kind: str, name: str | None = None) -> list[dict[str, Any]]:
        """Resources by the last part of their type, and by name."""
        return [
            one
            for one in self.resources
            if one["type"].rpartition(":")[2] == kind and name in (None, one["urn"].rpartition("::")[2])
        ]


@pytest.fixture(scope="session", params=CLOUDS)
def standing(
    request: pytest.FixtureRequest, tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Standing:
    """Deployed from nothing, then once more; values are also held against the cloud's published API models."""
    simulation = simulated(tmp_path_factory.mktemp(request.param), tools, strict=True)
    stack = stack_of(simulation, asked(request.param))
    foretold, made, again = stack.preview(), stack.up(), stack.up()
    return Standing(request.param, simulation, foretold, made, again, resources(stack))


def resources(stack: Stack) -> list[dict[str, Any]]:
    """Custom resources of a stack's state."""
    deployment = stack.stack.export_stack().deployment or {}
    return [
        one for one in deployment.get("resources", []) if one.get("custom") and not one["type"].startswith("pulumi:")
    ]


@pytest.fixture(scope="session")
def hub_parts(standing: Standing) -> list[dict[str, Any]]:
    """Buckets and identity of a hub on the cluster, in a stack of its own."""
    stack = standing.simulation.stack("demo-prod", hub_parts_program(standing.cloud, standing.facts), {})
    made = stack.up()
    assert not made.failed, made.text
    assert stack.up().changes == []
    return resources(stack)


def hub_parts_program(cloud: str, facts: dict[str, Any]) -> Callable[[], None]:
    """Two buckets and an identity that may use them, from a cluster's facts."""

    def program() -> None:
        parts: Parts = importlib.import_module(f"components.clouds.{cloud}.parts").PARTS
        site = Site(**facts["site"])
        provider = parts.provider("hub", site, {"managed-by": "hubs"})
        child = pulumi.ResourceOptions(provider=provider)
        scratch = parts.bucket("hub-scratch", BucketArgs(site=site, expire_days=7), child).contract_outputs
        data = parts.bucket("hub-data", BucketArgs(site=site), child).contract_outputs
        grants = {
            "scratch": Grant(bucket=scratch.name, access="admin"),
            "data": Grant(bucket=data.name, access="read"),
        }
        args = IdentityArgs(site=site, oidc_issuer=facts["oidc_issuer"], namespace="demo-prod", grants=grants)
        identity = parts.identity("hub", args, child).contract_outputs
        pulumi.export("urls", [scratch.url, data.url])
        pulumi.export("annotations", dict(identity.service_account_annotations))

    return program


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A row of a cloud's table is held against that cloud alone."""
    fits = [item for item in items if not _of_two_clouds(item)]
    config.hook.pytest_deselected(items=[item for item in items if _of_two_clouds(item)])
    items[:] = fits


def _of_two_clouds(item: pytest.Item) -> bool:
    values = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    stands = values.get("standing", values.get("ready"))
    return getattr(values.get("setting"), "cloud", stands) != stands
