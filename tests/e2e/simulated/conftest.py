"""Simulated clouds under the real engine: a world, a file of faults, stacks."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi import automation

from deployer.rollout.engine.lazy_modules import guard_lazy_modules
from deployer.rollout.engine.stack import OneProcessStack
from providers.simulated.install import environment

# As the deployer's engine does it first of all. Here, tests that ask clouds without an engine may come before: what
# they import of an SDK would stay unguarded, and two programs side by side would find it half there.
guard_lazy_modules()

Program = Callable[[], None]
NO_CHECKPOINTS = {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"}


@dataclass
class Outcome:
    """What one run of the engine did: steps as (operation, type, name), and what it said."""

    steps: list[tuple[str, str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    failed: bool = False
    outputs: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    def of(self, operation: str) -> set[str]:
        """Names of the resources an operation was done to."""
        return {name for done, _, name in self.steps if done == operation}

    @property
    def changes(self) -> list[tuple[str, str]]:
        """Operations that changed anything, in their order."""
        return [(done, name) for done, _, name in self.steps if done not in ("same", "read", "refresh")]

    def heard(self, event: automation.EngineEvent) -> None:
        if event.resource_pre_event:
            step = event.resource_pre_event.metadata
            kind = step.type
            if not kind.startswith("pulumi:"):
                self.steps.append((str(step.op.value), kind, step.urn.rsplit("::", 1)[-1]))
        if event.diagnostic_event and event.diagnostic_event.severity == "error":
            self.said.append(event.diagnostic_event.message)


@dataclass(frozen=True)
class Stack:
    """One stack of one program."""

    stack: OneProcessStack

    def preview(self) -> Outcome:
        return self._run(self.stack.preview)

    def up(self) -> Outcome:
        outcome = self._run(self.stack.up)
        if not outcome.failed:
            outcome.outputs = self.stack.recorded_outputs()
        return outcome

    def refresh(self) -> Outcome:
        return self._run(self.stack.refresh)

    def destroy(self) -> Outcome:
        return self._run(self.stack.destroy)

    def state(self) -> dict[str, Any]:
        """Resources of the state by their name in the program."""
        deployment = self.stack.export_stack().deployment or {}
        return {one["urn"].rsplit("::", 1)[-1]: one for one in deployment.get("resources", [])}

    def _run(self, operation: Callable[..., Any]) -> Outcome:
        outcome = Outcome()
        try:
            operation(on_event=outcome.heard)
        except automation.CommandError as error:
            outcome.failed = True
            outcome.said.append(str(error))
            # A program that failed leaves coroutines behind; what they say while they are collected belongs here.
            gc.collect()
        return outcome


@dataclass(frozen=True)
class Simulation:
    """One machine's simulated clouds."""

    root: Path
    engine: Path
    """Its executable."""
    strict: bool = False
    checkpoints: bool = False
    """Whether the state is written after each step, as an engine must that may be killed, and not only at the end."""

    @property
    def world(self) -> Path:
        return self.root / "state" / ".simulated"

    def stack(self, name: str, program: Program, settings: Mapping[str, str]) -> Stack:
        made = automation.create_or_select_stack(
            name,
            project_name="hubs",
            program=program,
            opts=automation.LocalWorkspaceOptions(
                work_dir=str(self.root),
                pulumi_command=_command(self.engine),
                env_vars=self._environment(),
                project_settings=automation.ProjectSettings(
                    "hubs", "python", backend=automation.ProjectBackend(f"file://{self.root / 'state'}")
                ),
                # Given with the workspace: a command of the engine less for each.
                stack_settings={name: automation.StackSettings(config=dict(settings))},
            ),
        )
        return Stack(OneProcessStack(name, made.workspace))

    def order(self, *faults: Mapping[str, Any]) -> None:
        """Have these faults from here on."""
        (self.root / "faults.yaml").write_text(yaml.safe_dump(list(faults)))

    def records(self, kind: str) -> list[Path]:
        """Files of the world, by the last part of their type."""
        return sorted(path for path in self.world.glob("*/*/*/*/*.json") if path.parent.name.endswith(f"_{kind}"))

    def plant(self, kind: str, identity: str, **properties: Any) -> None:
        """Somebody else's resource of a kind that is there already, beside it."""
        (path,) = self.records(kind)
        record = json.loads(path.read_text())
        record.update(identity=identity, urn="", properties={**record["properties"], **properties})
        path.with_name("planted.json").write_text(json.dumps(record))

    def edit(self, kind: str, **properties: Any) -> None:
        """Drift: somebody changed the only resource of a kind in the cloud."""
        (path,) = self.records(kind)
        record = json.loads(path.read_text())
        record["properties"].update(properties)
        path.write_text(json.dumps(record))

    def _environment(self) -> dict[str, str]:
        # Beside the stand-ins, the plugins that are never simulated.
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        inherited = {**os.environ, "PATH": programs}
        set_up = environment(self.world, self.root / "faults.yaml", self.strict, inherited=inherited)
        quick = {} if self.checkpoints else NO_CHECKPOINTS
        return {**set_up, **quick, "PULUMI_CONFIG_PASSPHRASE": "tests", "PULUMI_SKIP_UPDATE_CHECK": "true"}


@pytest.fixture
def without_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    """For rollouts in which nothing breaks: a quarter of an update's processor time."""
    for name, value in NO_CHECKPOINTS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def simulation(tools: Mapping[str, Path], tmp_path: Path) -> Simulation:
    return simulated(tmp_path, tools)


@pytest.fixture
def strict_simulation(tools: Mapping[str, Path], tmp_path: Path) -> Simulation:
    return simulated(tmp_path, tools, strict=True)


@cache
def _command(engine: Path) -> automation.PulumiCommand:
    """Made once: it asks the engine for its version."""
    return automation.PulumiCommand(str(engine.parent.parent))


def simulated(
    folder: Path, tools: Mapping[str, Path], *, strict: bool = False, checkpoints: bool = False
) -> Simulation:
    """Clouds with nothing in them and without faults, in an empty folder."""
    (folder / "state").mkdir()
    simulation = Simulation(folder, tools["pulumi"], strict, checkpoints)
    simulation.order()
    return simulation
