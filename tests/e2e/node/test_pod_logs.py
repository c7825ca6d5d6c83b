"""What a hub's runtime reads of real pods: logs through crashes and replacements, and why something does not run."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from components.hub.running.logs import RESTARTED
from components.hub.runtime import KubernetesRuntime
from components.hub.values.storage import default_tools_image
from providers.simulated.kubernetes.kubeconfig import written
from tests.e2e.node.conftest import Cluster

pytestmark = [pytest.mark.engine, pytest.mark.hub, pytest.mark.browser, pytest.mark.xdist_group("node")]
PATIENCE_SECONDS = 60
NOWHERE = "localhost:1/proxy:1"
"""Refused at once: a name that is nobody's is looked up for long."""


@dataclass(frozen=True)
class Place:
    """A namespace of its own."""

    cluster: Cluster
    name: str

    @property
    def runtime(self) -> KubernetesRuntime:
        return KubernetesRuntime({"namespace": self.name, "kubeconfig": written(self.cluster.api.access)})

    def pod(self, name: str, component: str, script: str, **container: Any) -> None:
        labels = {"app.kubernetes.io/component": component}
        main = {"name": "main", "image": default_tools_image(), "command": ["sh", "-c", script], **container}
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": self.name, "labels": labels}}
        spec = {"containers": [main], "terminationGracePeriodSeconds": 0}
        self.cluster.api.apply({**body, "spec": spec}, manager="tests")

    def remove(self, name: str) -> None:
        self.cluster.api.request("DELETE", f"/api/v1/namespaces/{self.name}/pods/{name}")


@contextlib.contextmanager
def namespace(cluster: Cluster) -> Iterator[Place]:
    name = f"logs-{uuid4().hex[:8]}"
    api = cluster.api
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, manager="tests")
    until(lambda: api.get(f"/api/v1/namespaces/{name}/serviceaccounts/default") is not None)
    yield Place(cluster, name)
    api.request("DELETE", f"/api/v1/namespaces/{name}")


@pytest.fixture
def place(cluster: Cluster) -> Iterator[Place]:
    with namespace(cluster) as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def crashing(cluster: Cluster) -> Iterator[Place]:
    """There from the start, as the next one: it is only after a while that Kubernetes waits before it starts again."""
    with namespace(cluster) as made:
        made.pod("hub-1", "hub", "exec >&2; echo begins; echo database is locked; exit 3")
        yield made


@pytest.fixture(scope="module", autouse=True)
def in_need(cluster: Cluster) -> Iterator[Place]:
    with namespace(cluster) as made:
        made.pod("hub-1", "hub", "tail /dev/zero", resources={"limits": {"memory": "16Mi"}})
        made.pod("proxy-1", "proxy", "sleep 1", image=NOWHERE, imagePullPolicy="Always")
        yield made


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_last_lines(place: Place) -> None:
    place.pod("hub-1", "hub", "for number in 1 2 3 4 5; do echo line $number; done; sleep 600")
    until(lambda: "line 5" in place.runtime.log("hub", lines=5))
    assert place.runtime.log("hub", lines=2) == "line 4\nline 5\n"
    assert place.runtime.log("hub", lines=100) == "line 1\nline 2\nline 3\nline 4\nline 5\n"


def test_followed_through_a_restart_and_into_a_new_pod(place: Place) -> None:
    place.pod("hub-1", "hub", "echo first life; sleep 2; echo first end; exit 1")
    until(lambda: "first life" in place.runtime.log("hub", lines=5))
    lines = place.runtime.follow("hub", lines=1)
    assert next(lines).startswith("first")
    seen = [next(lines) for _ in range(2)]
    assert "first life" in seen
    place.pod("hub-2", "hub", "echo second pod; sleep 600")
    place.remove("hub-1")
    for line in lines:
        if line == "second pod":
            break
    assert line == "second pod"


def test_a_crash_is_told_with_the_lines_before_it(crashing: Place) -> None:
    until(lambda: any("again and again" in line for line in crashing.runtime.observe()))
    assert any(line.endswith("exit code 3") for line in crashing.runtime.observe())
    log = crashing.runtime.log("hub", lines=20)
    assert log == f"begins\ndatabase is locked\n{RESTARTED}\nbegins\ndatabase is locked\n"


def test_too_much_memory_and_an_image_that_is_nowhere(in_need: Place) -> None:
    until(lambda: any("more memory than it may" in line for line in in_need.runtime.observe()))
    wanted = f"proxy: its image {NOWHERE} cannot be fetched: "
    until(lambda: any(line.startswith(wanted) for line in in_need.runtime.observe()))
    assert in_need.runtime.log("proxy", lines=10) == ""
