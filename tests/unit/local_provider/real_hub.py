"""A hub with its machine and homes in a stack, and what tests ask of it."""

from __future__ import annotations

import copy
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from components.clouds.local.settings import hub_settings
from providers.cache_folder import cache_folder
from providers.engine.values import Task
from providers.local.environment_cache import EnvironmentCache, Recipe
from providers.local.hub_files import RUNTIME
from providers.local.observe import observe
from providers.local.runtime.leases import Budget, Lease, Leases
from providers.local.runtime.processes import identify
from providers.local.supervisor import Supervisor
from schemas.community import Deployment
from tests.unit.local_provider.real_stack import RealStack

HUB_REQUIREMENTS = RUNTIME.parent / "hub_environment" / "requirements.txt"
DEPLOYMENT = Deployment.model_validate(
    {
        "community": "demo",
        "stage": "staging",
        "title": "Demo community",
        "archetype": "teaching",
        "contacts": [],
        "cluster_name": "demo",
        "cluster": {"provider": "local"},
        "hub": {"auth": {"type": "dummy"}},
        "images": {},
    }
)


class RealHub:
    """Declares machine, homes and hub; `inputs` may be changed between runs."""

    def __init__(self, stack: RealStack, software: Path) -> None:
        self.stack = stack
        machine = stack.machine()
        self.homes = machine / "homes" / stack.stack_name
        self.folder = machine / "hubs" / stack.stack_name
        # A copy, to be changed by tests and by nobody else while they run.
        self.runtime = stack.folder / "runtime"
        shutil.copytree(RUNTIME, self.runtime, ignore=shutil.ignore_patterns("__pycache__"))
        stack.declare("homes", "Directory", path=str(self.homes), purpose="homes")
        declared = stack.declare(
            "hub",
            "Hub",
            folder=str(self.folder),
            settings=copy.deepcopy(hub_settings(DEPLOYMENT)),
            environment=str(software),
            environments={},
            directories={"homes": str(self.homes), "scratch": None, "shared": {}},
            machine={"folder": str(machine), "cpu": 1, "memory_gib": 1},
            owner=str(stack.folder),
            runtime_folder=str(self.runtime),
        )
        self.inputs: dict[str, Any] = dict(declared.inputs)
        declared.inputs = self.inputs

    def outputs(self) -> dict[str, Any]:
        return self.stack.outputs("hub")

    def version(self) -> str:
        answer = httpx.get(self.outputs()["api_url"] + "/", timeout=10)
        return str(answer.raise_for_status().json()["version"])

    def drift(self) -> list[str]:
        return observe(self.folder, self.outputs()["digest"])

    def pids(self) -> dict[str, int]:
        """Process ids of proxy, hub and supervisor."""
        supervisor = Supervisor(self.folder)
        pids = {name: part.pid for name, part in supervisor.parts().items()}
        return {**pids, "supervisor": supervisor.pid() or 0}

    def kill(self, *parts: str) -> None:
        pids = self.pids()
        for part in parts:
            os.kill(pids[part], signal.SIGKILL)
        until(lambda: all(gone(pids[part]) for part in parts))

    def start_server(self, user: str) -> subprocess.Popen[bytes]:
        """A process that holds a lease and carries the hub's folder, as people's servers do."""
        server = subprocess.Popen(["sleep", "600"], env={**os.environ, "HUBS_HUB_FOLDER": str(self.folder)})
        process = identify(server.pid)
        assert process is not None
        name = f"{self.folder.name}--{user}"
        lease = Lease(name=name, stack=self.folder.name, user=user, server="", process=process, memory_gib=0.1, cpu=0.1)
        Leases(self.folder.parents[1] / "leases").take(lease, Budget(memory_gib=1, cpu=1), {})
        return server


def hub_software(extra: str = "") -> Path:
    """An environment with the hub's software; kept between runs, so that only the first builds it."""
    recipe = Recipe(python_version=None, requirements=HUB_REQUIREMENTS.read_text() + extra)
    cache = EnvironmentCache(cache_folder() / "tests")
    cache.hold(Task("urn:of:tests"), recipe, str(Path(__file__).parents[3]))
    return cache.folder(recipe.digest)


def gone(pid: int) -> bool:
    """Whether no process of that id runs; a zombie does not."""
    return identify(pid) is None


def until(true: Callable[[], bool], *, within_seconds: float = 20) -> None:
    """Wait until something holds; an assertion error when it does not in time."""
    deadline = time.monotonic() + within_seconds
    while not true():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)
