"""An engine on a state of the test's own, with a provider that does as it is told."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from deployer.rollout.engine.engine import Engine
from deployer.rollout.engine.settings import EngineSettings
from deployer.rollout.interruption import Interruption
from deployer.rollout.progress import Event


@dataclass(kw_only=True)
class Bench:
    """An engine, what it told, and files as resources."""

    folder: Path
    engine: Engine
    interruption: Interruption
    events: list[Event] = field(default_factory=list)

    def file(self, name: str) -> Path:
        """Where the resource of that name is."""
        return self.folder / "files" / name

    def program(self, **resources: Mapping[str, Any]) -> Callable[[], None]:
        """A program with these files, each after the one before; exports `last`, a secret and a mapping."""
        (self.folder / "files").mkdir(exist_ok=True)

        def run() -> None:
            import pulumi

            class File(pulumi.CustomResource):
                def __init__(self, name: str, opts: pulumi.ResourceOptions, **properties: Any) -> None:
                    super().__init__("trial:index:File", name, properties, opts)

            before: list[File] = []
            for name, properties in resources.items():
                options = pulumi.ResourceOptions(depends_on=list(before))
                before = [File(name, options, path=str(self.file(name)), **properties)]
            pulumi.export("last", before[0].id if before else "")
            pulumi.export("word", pulumi.Output.secret("pssst"))
            pulumi.export("facts", {"number": 1})

        return run


@pytest.fixture
def bench(tmp_path: Path, tools: Mapping[str, Path]) -> Iterator[Bench]:
    """An engine on an empty state in a folder; its plugins are ended afterwards."""
    yield _bench(tmp_path, tools)
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            if str(tmp_path) in process.cmdline():
                process.kill()


@pytest.fixture
def another(tmp_path: Path, tools: Mapping[str, Path]) -> Callable[..., Engine]:
    """A further engine, as another process would have; on the same state unless another folder is named."""
    return lambda state="state": _bench(tmp_path, tools, state).engine


def _bench(folder: Path, tools: Mapping[str, Path], state: str = "state") -> Bench:
    binaries = folder / "bin"
    binaries.mkdir(exist_ok=True)
    plugin = binaries / "pulumi-resource-trial"
    provider = Path(__file__).with_name("trial_provider.py")
    plugin.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{provider}" "$@" --of "{folder}"\n', encoding="utf-8")
    plugin.chmod(0o755)
    events: list[Event] = []
    interruption = Interruption(lambda text: None)
    engine = Engine(
        EngineSettings(project="trial", backend_url=f"file://{folder / state}", secrets_provider="passphrase"),
        executable=tools["pulumi"],
        home=folder / "home",
        search_path=[binaries],
        interruption=interruption,
        listen=events.append,
        unlock="deployer unlock trial",
    )
    return Bench(folder=folder, engine=engine, interruption=interruption, events=events)
