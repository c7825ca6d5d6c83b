"""A stack of the provider's resources, deployed by the real engine into a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from pulumi import automation
from pulumi.automation import errors as automation_errors

PASSPHRASE = "only for tests"


@dataclass
class Declared:
    """One resource of the program."""

    kind: str
    inputs: Mapping[str, Any]


class _Resource(pulumi.CustomResource):
    def __init__(self, kind: str, name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(f"localhub:index:{kind}", name, dict(inputs), opts)


@dataclass
class RealStack:
    """`resources` may be changed between runs; each depends on those before it."""

    folder: Path
    stack_name: str = "demo-staging"
    resources: dict[str, Declared] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    """What the engine printed in the last run."""
    _exported: list[dict[str, Any]] | None = None

    def declare(self, name: str, kind: str, **inputs: Any) -> Declared:
        self.resources[name] = Declared(kind, inputs)
        return self.resources[name]

    def machine(self, **inputs: Any) -> Path:
        """Declare the machine; its folder."""
        folder = self.folder / "machine"
        self.declare("machine", "Machine", **{"folder": str(folder), "owner": str(self.folder), **inputs})
        return folder

    def up(self) -> dict[str, int]:
        """How many resources were changed in which way."""
        return dict(self._run("up").summary.resource_changes or {})

    def preview(self) -> dict[str, int]:
        return {str(kind): count for kind, count in self._run("preview").change_summary.items()}

    def refresh(self) -> dict[str, int]:
        return dict(self._run("refresh").summary.resource_changes or {})

    def destroy(self) -> None:
        self._run("destroy")

    def fails(self, operation: str = "up") -> str:
        """What the engine printed when the operation failed; an assertion error when it did not."""
        try:
            self._run(operation)
        except automation_errors.CommandError:
            return "".join(self.said)
        raise AssertionError(f"{operation} did not fail")

    def outputs(self, name: str) -> dict[str, Any]:
        """A resource's outputs, secrets in plain."""
        for resource in self.state():
            if resource["urn"].endswith(f"::{name}"):
                return {key: _plain(value) for key, value in resource["outputs"].items()}
        raise LookupError(name)

    def state(self) -> list[dict[str, Any]]:
        """Resources as they stand in the state, secrets in plain."""
        if self._exported is None:
            export = ["pulumi", "stack", "export", "--show-secrets", "--stack", self.stack_name]
            exported = subprocess.run(export, cwd=self.folder, env=self._environment(), capture_output=True, check=True)
            self._exported = json.loads(exported.stdout)["deployment"].get("resources", [])
        return self._exported

    def state_text(self) -> str:
        """The state as the backend keeps it."""
        return "".join(path.read_text() for path in (self.folder / "state").rglob("*.json"))

    def run_in_child(self, operation: str = "up") -> subprocess.Popen[bytes]:
        """The same operation in a process group of its own, to be killed with all that belongs to it."""
        plan = {name: [one.kind, dict(one.inputs)] for name, one in self.resources.items()}
        return subprocess.Popen(
            [sys.executable, "-m", __name__, str(self.folder), self.stack_name, operation, json.dumps(plan)],
            cwd=Path(__file__).parents[3],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def forget_pending(self) -> None:
        """What a run after a killed one does first: the lock of the dead and its half-written operations."""
        self._exported = None
        for lock in (self.folder / "state" / ".pulumi" / "locks").rglob("*.json"):
            lock.unlink()

    def _run(self, operation: str) -> Any:
        self.said, self._exported = [], None
        return getattr(self._stack(), operation)(on_output=lambda line: self.said.append(f"{line}\n"))

    def _stack(self) -> automation.Stack:
        (self.folder / "state").mkdir(exist_ok=True)
        settings = automation.ProjectSettings(
            "hubs", "python", backend=automation.ProjectBackend(f"file://{self.folder}/state")
        )
        options = automation.LocalWorkspaceOptions(
            work_dir=str(self.folder), project_settings=settings, env_vars=self._environment()
        )
        return automation.create_or_select_stack(self.stack_name, "hubs", self._program, opts=options)

    def _program(self) -> None:
        before: list[pulumi.Resource] = []
        for name, declared in self.resources.items():
            before.append(
                _Resource(declared.kind, name, declared.inputs, pulumi.ResourceOptions(depends_on=list(before)))
            )

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE, "PULUMI_SKIP_UPDATE_CHECK": "true"}


def _plain(value: Any) -> Any:
    return json.loads(value["plaintext"]) if isinstance(value, dict) and "plaintext" in value else value


if __name__ == "__main__":
    child = RealStack(Path(sys.argv[1]), sys.argv[2])
    for child_name, (child_kind, child_inputs) in json.loads(sys.argv[4]).items():
        child.declare(child_name, child_kind, **child_inputs)
    getattr(child, sys.argv[3])()
