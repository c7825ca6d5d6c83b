"""What tests share: a checkout of their own, the deployer as people run it, and nothing left running."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

CHECKOUT = Path(__file__).parents[1]
DEPLOYER = Path(sys.executable).parent / "deployer"


@dataclass(frozen=True, kw_only=True)
class Run:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return f"exit code {self.code}\n--- standard output\n{self.out}\n--- standard error\n{self.err}"

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Of a command that tells one event a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A copy of what people edit in this project, with a state of its own."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def write(self, path: str, text: str) -> Path:
        """Put a file into it."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def run(
        self, *arguments: str, environment: Mapping[str, str | None] | None = None, timeout_seconds: float = 240
    ) -> Run:
        """Run the deployer to its end; `None` in `environment` takes a variable away."""
        process = self.start(*arguments, environment=environment)
        try:
            out, err = process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            pytest.fail(f"deployer {' '.join(arguments)} took more than {timeout_seconds} s\n{out}\n{err}")
        return Run(code=process.returncode, out=out, err=err)

    def start(self, *arguments: str, environment: Mapping[str, str | None] | None = None) -> subprocess.Popen[str]:
        """Start the deployer, as a shell would: a process group of its own."""
        merged = {**os.environ, **self.environment, **(environment or {})}
        return subprocess.Popen(
            [str(DEPLOYER), *arguments],
            cwd=self.root,
            env={name: value for name, value in merged.items() if value is not None},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    def stop_everything(self) -> None:
        """End every process that works in this checkout, hubs and people's servers too."""
        mine = [process for process in psutil.process_iter() if self._is_ours(process)]
        for process in mine:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(mine, timeout=10)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            words = [process.cwd(), *process.cmdline()]
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            return False
        return process.pid != os.getpid() and any(str(self.root) in word for word in words)


@contextlib.contextmanager
def checkout() -> Iterator[Checkout]:
    """A copy of the checkout's data, in a short path as sockets need; gone afterwards, processes and all."""
    with tempfile.TemporaryDirectory(prefix="hubs-", ignore_cleanup_errors=True) as folder:
        root = Path(folder).resolve()
        shutil.copy(CHECKOUT / "Pulumi.yaml", root)
        for name in ("communities", "clusters", "images"):
            shutil.copytree(CHECKOUT / name, root / name)
        made = Checkout(root=root)
        try:
            yield made
        finally:
            made.stop_everything()


LONGEST_FIRST = (
    "node",  # waits more than it computes: the others go on beside it
    "api-server",
    "contract",
    "tests/faults/test_fleet_killed.py",
    "tests/e2e/test_story.py",
    "e2e",
    "tests/faults/test_going_back.py",
    "tests/faults/test_fleet.py",
    "tests/faults/test_fleet_at_once.py",
    "tests/faults/test_going_back_simulated.py",
    "tests/e2e/simulated/test_preview_base.py",
    "tests/e2e/simulated/test_preview_code.py",
    "tests/faults/test_preview_drift.py",
    "tests/e2e/simulated/test_preview_losses.py",
    "tests/e2e/test_binder.py",
    "health",
    "scheduling",
    "kubernetes",
    "tests/e2e/test_dask.py",
)
"""Groups of a minute and more on two cores. A long one that comes last is waited for with one core at rest."""


def pytest_configure() -> None:
    """Whoever is told to end, as by `timeout`, ends what its fixtures started, as after Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one file run in one worker and in their order, unless they name a group of several files.

    Groups are handed out in the order of their first tests: the longest, those that start programs, the largest.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    sizes = Counter(map(_group, items))
    slow = {_group(item) for item in items if any(map(item.get_closest_marker, ("engine", "hub", "browser")))}
    ranks = {name: rank for rank, name in enumerate(LONGEST_FIRST)}
    order = sorted(sizes, key=lambda name: (ranks.get(name, len(ranks)), name not in slow, -sizes[name], name))
    places = {name: place for place, name in enumerate(order)}
    items.sort(key=lambda item: places[_group(item)])


def _group(item: pytest.Item) -> str:
    marker = item.get_closest_marker("xdist_group")
    assert marker is not None
    return str(marker.args[0])


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test works on the person's own state, or with their passphrase."""
    for name in list(os.environ):
        if name.startswith("PULUMI_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def tools() -> Mapping[str, Path]:
    """The engine and the local hub's tools, in the machine's shared cache; installed at most once, under a lock."""
    from deployer.toolchain import ensure

    return ensure(["pulumi", "node", "configurable-http-proxy"])


@pytest.fixture
def project(tools: Mapping[str, Path]) -> Iterator[Checkout]:
    """A checkout for one test."""
    with checkout() as made:
        yield made


@pytest.fixture(scope="module")
def shared_project(tools: Mapping[str, Path]) -> Iterator[Checkout]:
    """A checkout for all tests of a module, in their order."""
    with checkout() as made:
        yield made


@pytest.fixture
def deployer(project: Checkout) -> Callable[..., Run]:
    """The deployer, run in a checkout of the test's own."""
    return project.run
