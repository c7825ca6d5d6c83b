"""A hub on a Kubernetes node with real pods, deployed by the deployer itself from a community's file.

The engine, the program and the releases are those of any deploy; only the provider of Kubernetes is the stand-in, which
applies to the node's API server and installs charts by helm. The chart is the tests' own: it has no internet.

    E2E_KUBECONFIG=~/.kube/kind pytest tests/e2e/node     on another cluster, which has the images
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser

from deployer import toolchain
from deployer.simulation.home import Home
from providers.simulated.kubernetes.api import Api
from providers.simulated.kubernetes.kubeconfig import read_access
from tests.conftest import CHECKOUT
from tests.e2e.conftest import FAILED, browser, pytest_runtest_makereport
from tests.e2e.node import charts, machine
from tests.e2e.node.hub_on_node import PASSWORD, HubOnNode
from tests.e2e.person import Person, person
from tests.e2e.simulated.conftest import NO_CHECKPOINTS
from tests.e2e.simulated.rollouts import rollouts

__all__ = ["browser", "pytest_runtest_makereport"]

NAME = "node"
TIMEOUT_SECONDS = 90
HOMES = "hubs-homes"
"""Storage class, and name of the volume."""


@dataclass(frozen=True)
class Cluster:
    """One that runs pods."""

    api: Api
    helm: Path
    folder: Path
    """Where the stand-in finds its kubeconfig and helm."""
    chart_mirror: Path


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """The node of this machine, or whatever E2E_KUBECONFIG leads to."""
    with contextlib.ExitStack() as stack:
        given = os.environ.get("E2E_KUBECONFIG")
        kubeconfig = Path(given).expanduser() if given else stack.enter_context(_own_node(request))
        access = read_access({"kubeconfig": str(kubeconfig)})
        assert access is not None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hubs-")))
        home = Home(folder / NAME)
        home.helm.parent.mkdir(parents=True)
        home.write_kubeconfig(access)
        helm = toolchain.ensure(["kubernetes"])["helm"]
        home.helm.symlink_to(helm)
        made = Cluster(Api(access), helm, home.folder, charts.mirror(folder, helm))
        _storage(made.api, folder)
        yield made


@contextlib.contextmanager
def _own_node(request: pytest.FixtureRequest) -> Iterator[Path]:
    if reason := machine.why_not():
        pytest.skip(reason)
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def tell(text: str) -> None:
        with capture.global_and_fixture_disabled() if capture else contextlib.nullcontext():
            print(f"\n  node: {text}", file=sys.stderr, flush=True)

    with machine.running(tell) as kubeconfig:
        yield kubeconfig


def _storage(api: Api, folder: Path) -> None:
    """People's files: a folder of the node, which every pod there can write; nothing makes volumes of that kind."""
    storage_class = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": HOMES}}
    api.apply({**storage_class, "provisioner": "kubernetes.io/no-provisioner"}, manager="tests", force=True)
    homes = folder / "homes"
    homes.mkdir(mode=0o700)
    spec: dict[str, Any] = {
        "capacity": {"storage": "1Ti"},
        "accessModes": ["ReadWriteMany"],
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": HOMES,
        # As a new export of a file server: root's alone. On another cluster it is a folder of that node.
        "hostPath": {"path": str(homes), "type": "DirectoryOrCreate"},
    }
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"{HOMES}-{uuid4().hex[:8]}"},
        "spec": spec,
    }
    api.apply(volume, manager="tests", force=True)


@pytest.fixture(scope="session")
def hub(tools: Mapping[str, Path], cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubOnNode]:
    """Deployed once for all tests."""
    made = rollouts(tmp_path_factory.mktemp("node"))
    world = made.root / ".state" / ".simulated" / "kubernetes"
    world.mkdir(parents=True)
    (world / NAME).symlink_to(cluster.folder)
    on_node = HubOnNode(made, cluster.api, cluster.chart_mirror, NAME, HOMES)
    with pytest.MonkeyPatch.context() as patch:
        quick(patch)
        on_node.deploy()
    try:
        yield on_node
    finally:
        on_node.close()


def quick(patch: pytest.MonkeyPatch) -> None:
    """For as long as a test lasts: tests of other folders come after it in the same process."""
    for name, value in NO_CHECKPOINTS.items():
        patch.setenv(name, value)
    # All images are there: whoever waits longer waits in vain.
    patch.setattr("components.hub.releases.TIMEOUT_SECONDS", TIMEOUT_SECONDS)


@pytest.fixture(autouse=True)
def _quick(_own_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)


@pytest.fixture(scope="session")
def idle(hub: HubOnNode) -> str:
    """Somebody whose server nobody uses: asked for early, it has been idle for long when that is looked at."""
    hub.start_server("hedda", "small")
    return "hedda"


@pytest.fixture
def at(hub: HubOnNode, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Person]]:
    """Somebody at the hub; of a test that failed, what each saw last is kept in test-results/."""
    people: list[Person] = []

    def come(name: str) -> Person:
        hub.sign_up(name)
        people.append(person(browser, hub.url, name, PASSWORD))
        return people[-1]

    yield come
    for each in people:
        if request.node.stash.get(FAILED, True):
            each.page.screenshot(path=CHECKOUT / "test-results" / f"{request.node.name}-{each.name}.png")
        each.page.context.close()
