"""Workspaces of the Automation API, each made for one operation and gone after it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pulumi.automation import LocalWorkspace, ProjectSettings, StackSettings

from deployer.rollout.engine.backend import Backend, StackState
from deployer.rollout.engine.command import EngineCommand
from deployer.rollout.engine.passphrase import Passphrase, find_passphrase
from deployer.rollout.engine.stack import OneProcessStack
from deployer.rollout.progress import Listener, Note
from providers.simulated.install import environment as simulated_environment

Program = Callable[[], None]


class Workspaces:
    """Opens stacks of one backend with one engine.

    Nothing in a workspace must outlive it: what the engine would keep in Pulumi.<stack>.yaml is taken from the state,
    so whoever reaches the state can go on, from any checkout.
    """

    def __init__(
        self, backend: Backend, command: EngineCommand, *, home: Path, search_path: Sequence[Path], listen: Listener
    ) -> None:
        self.command = command
        self.home = home
        self.search_path = search_path
        self.passphrase: Passphrase | None = None
        """Looked for at the first use, unless it is set before."""
        self._backend = backend
        self._listen = listen

    @contextmanager
    def open(self, stack: str, state: StackState | None, program: Program | None = None) -> Iterator[OneProcessStack]:
        """A stack with its program; `state` is what the backend holds of it."""
        settings = self._backend.settings
        with tempfile.TemporaryDirectory(prefix="hubs-engine-") as folder:
            workspace = LocalWorkspace(
                work_dir=folder,
                program=program,
                pulumi_home=str(self.home),
                env_vars=self._environment(),
                secrets_provider=settings.secrets_provider,
                project_settings=ProjectSettings(name=settings.project, runtime="python"),
                stack_settings={stack: _stack_settings(state)},
                pulumi_command=self.command,
            )
            yield OneProcessStack(stack, workspace)

    def _environment(self) -> dict[str, str]:
        if self.passphrase is None:
            self._backend.files.prepare()
            self.passphrase = find_passphrase(self._backend.settings)
            if self.passphrase.made:
                made = self.passphrase.made
                self._listen(Note(text=f"made a passphrase for the secrets in the state: {made}; keep a copy"))
        folders = [*self.search_path, Path(sys.executable).parent]
        variables = {
            **self.passphrase.environment,
            "PATH": os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)]),
            "PULUMI_BACKEND_URL": self._backend.settings.engine_url,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # Plugins come from PATH, at the versions that the toolchain checked.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        world = self._backend.settings.world
        if world is None:
            return variables
        # Stand-ins come first on PATH, so that no run meant for them finds a cloud's own plugin.
        return {**variables, **simulated_environment(world, inherited=variables)}


def _stack_settings(state: StackState | None) -> StackSettings:
    # Without the salt of its state, the engine would take any passphrase and begin anew with another salt.
    secrets = (state.secrets if state else None) or {}
    details = secrets.get("state") or {}
    if secrets.get("type") == "passphrase":
        return StackSettings(encryption_salt=details.get("salt"))
    if secrets.get("type") == "cloud":
        return StackSettings(secrets_provider=details.get("url"), encrypted_key=details.get("encryptedkey"))
    return StackSettings()
