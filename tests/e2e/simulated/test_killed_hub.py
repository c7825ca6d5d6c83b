"""A deployer that is killed while it makes a hub on a cluster: the same command goes on, and nothing is made twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.conftest import Checkout
from tests.contract.conftest import asked

pytestmark = pytest.mark.engine

STAGING = ("deploy", "wreck", "--stage", "staging", "--simulate", "--json")
COMMUNITY = {
    "name": "wreck",
    "title": "Wreck",
    "cluster": "theirs",
    "hub": {
        "domain": "wreck.example.org",
        "auth": {"type": "native", "admins": ["ada"]},
    },
}
HALF_WAY = (("resource_done", "Namespace"), ("resource_started", "Secret"), ("resource_started", "Ingress"))
"""What of the hub's resources was told last when a run is killed. The last begins when the hub's release is done: one
that is killed within a release is not gone on with by itself (docs/hub-on-kubernetes.md)."""


def follow(process: Any, until: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Events until one is the one; all of them when the process ends before."""
    events: list[dict[str, Any]] = []
    for line in process.stdout:
        events.append(json.loads(line))
        if until(events[-1]):
            break
    return events


def keys(project: Checkout) -> dict[str, str]:
    """What was drawn at random, by name, as the state tells one from another."""
    state = json.loads((project.root / ".state/simulated/.pulumi/stacks/hubs/wreck-staging.json").read_text())
    found = [one for one in state["checkpoint"]["latest"]["resources"] if one["type"] == "hubkeys:index:Key"]
    assert not state["checkpoint"]["latest"].get("pending_operations")
    return {one["urn"]: one["outputs"]["text"]["ciphertext"] for one in found}


def test_killed_between_two_resources_of_a_hub(project: Checkout) -> None:
    project.environment["KUBECONFIG"] = str(project.root / "nothing")
    project.write("clusters/theirs.yaml", yaml.safe_dump(asked("existing")))
    project.write("communities/wreck.yaml", yaml.safe_dump(COMMUNITY))
    assert project.run("deploy", "--cluster", "theirs", "--simulate").code == 0

    for point in HALF_WAY:
        process = project.start(*STAGING)
        said = follow(process, lambda event, point=point: (event["event"], event.get("kind")) == point)
        process.kill()
        _, err = process.communicate()
        assert (said[-1]["event"], said[-1].get("kind")) == point, f"{said[-1]} {err}"

    ended = project.run(*STAGING)
    assert ended.code == 0, ended.text
    drawn = keys(project)
    assert len(drawn) == 4
    made = [json.loads(path.read_text()) for path in (project.root / ".state/.simulated").glob("*/*/*/*/*.json")]
    assert len({record["urn"] for record in made}) == len(made)
    namespaces = [record["properties"]["metadata"]["name"] for record in made if ":Namespace" in record["token"]]
    assert namespaces == ["wreck-staging"]

    again = project.run(*STAGING)
    assert again.code == 0, again.text
    assert not again.events[-1]["changed"]
    assert keys(project) == drawn
