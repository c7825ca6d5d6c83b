"""A stack of the Automation API whose operations cost one engine process each."""

from __future__ import annotations

import json
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pulumi
from pulumi.automation import LocalWorkspace, OutputMap, Stack, UpdateSummary

from deployer.rollout.engine.sdk_costs import spare_costs

spare_costs()


class OneProcessStack(Stack):
    """Leaves out what the library asks the engine besides the operation: selecting, outputs and history.

    Each would be a process of about 0.3 s. The stack is named in every command, outputs are taken from the program, and
    what happened is known from the events.
    """

    def __init__(self, name: str, workspace: LocalWorkspace) -> None:
        self.name = name
        self.workspace = workspace

    def recorded_outputs(self) -> dict[str, Any]:
        """Outputs as the state holds them, secrets in plain."""
        result = self._run_pulumi_cmd_sync(["stack", "output", "--json", "--show-secrets"])
        outputs: dict[str, Any] = json.loads(result.stdout)
        return outputs

    def repair_state(self) -> None:
        """The engine's own repair of a state that it would not go on from."""
        self._run_pulumi_cmd_sync(["state", "repair", "--yes"])

    def outputs(self) -> OutputMap:
        """Nothing: see `capturing`."""
        return {}

    def info(self, show_secrets: bool = False) -> UpdateSummary:  # noqa: ARG002
        """A summary that says no more than the caller knows."""
        return UpdateSummary(
            kind="update", start_time=datetime.now(UTC), message="", environment={}, config={}, result="succeeded"
        )


def capturing(program: Callable[[], None], values: MutableMapping[str, Any]) -> Callable[[], None]:
    """The program, with its outputs put into `values` in plain, secrets too, as far as the run gets to know them."""

    def run() -> None:
        program()
        root = pulumi.runtime.settings.get_root_resource()
        exported = getattr(root, "outputs", {})
        for name, value in exported.items():
            pulumi.Output.from_input(value).apply(partial(values.__setitem__, name))

    return run
