"""The real engine: preview, bring up, refresh and take down stacks, with our events and our errors."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pulumi.automation import CommandError, StackAlreadyExistsError

from deployer.errors import EngineFailed, Interrupted
from deployer.rollout.engine.backend import Backend, Recorded, StackState
from deployer.rollout.engine.command import EngineCommand
from deployer.rollout.engine.deviations import Deviations
from deployer.rollout.engine.events import Change, Events, Remark
from deployer.rollout.engine.faults import explained, kept
from deployer.rollout.engine.guard import settle
from deployer.rollout.engine.half_made import Identity, no_identity
from deployer.rollout.engine.lazy_modules import guard_lazy_modules
from deployer.rollout.engine.leftovers import cleared_away
from deployer.rollout.engine.passphrase import Passphrase
from deployer.rollout.engine.settings import PASSPHRASE_PROVIDER, EngineSettings
from deployer.rollout.engine.stack import OneProcessStack, capturing
from deployer.rollout.engine.workspace import Program, Workspaces
from deployer.rollout.interruption import Interruption
from deployer.rollout.progress import Event, Listener, Note

Result = TypeVar("Result")
guard_lazy_modules()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an operation did, or in a preview would do."""

    changes: Sequence[Change]
    drifted: Sequence[Change] = ()
    """What a refresh found to differ from the state."""
    remarks: Sequence[Remark] = ()
    """What providers said beyond that."""
    outputs: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The stack's outputs in plain; may hold secrets."""


class Engine:
    """Operations on stacks; each raises EngineFailed, or Interrupted after Ctrl-C."""

    def __init__(
        self,
        settings: EngineSettings,
        *,
        executable: Path,
        home: Path,
        search_path: Sequence[Path] = (),
        interruption: Interruption,
        listen: Listener,
        unlock: str,
        remedy: Callable[[str], str | None] | None = None,
        identity: Identity | None = None,
    ) -> None:
        """`home` is for the engine's own caches, `search_path` holds further tools and provider plugins.

        `unlock` is the command that clears a lock, for error texts; `remedy` knows more about what a cloud says, and
        `identity` under which ids it keeps what is named here.
        """
        self.backend = Backend(settings)
        self._settings = settings
        self.interruption = interruption
        self._listen = listen
        self._unlock = unlock
        self._remedy = remedy
        self._identity = identity or no_identity
        self._workspaces = Workspaces(
            self.backend,
            EngineCommand(executable, interruption),
            home=home,
            search_path=search_path,
            listen=listen,
        )

    @property
    def busy_seconds(self) -> float:
        """How long the engine has run so far; several at once count once."""
        return self._workspaces.command.busy_seconds

    @property
    def _install(self) -> str:
        """The command that gets the engine a provider plugin, but for the plugin's name and version."""
        home, executable = self._workspaces.home, self._workspaces.command.command
        return f"PULUMI_HOME={shlex.quote(str(home))} {shlex.quote(executable)} plugin install resource"

    def preview(self, stack: str, program: Program, *, refresh: bool = True) -> Outcome:
        """What `up` would do; touches nothing, and a stack that does not exist yet is not made.

        Without `refresh` nobody looks whether reality is still as the state says.
        """
        state = self.backend.stack(stack)
        if state is None:
            with self._throwaway() as elsewhere:
                return elsewhere._preview_new(stack, program)
        return self._operate(
            stack,
            state,
            program,
            lambda opened, events: opened.preview(on_event=events, color="never", refresh=refresh),
            listen=_nobody,
        )

    def up(self, stack: str, program: Program, *, only: Callable[[Recorded], bool] | None = None) -> Outcome:
        """Make a stack what its program says; what drifted is noticed and mended.

        With `only`, resources that it does not choose stay as they are, drift and all, and none is made.
        """
        self.settle(stack)
        state = self.backend.stack(stack)
        if state is None:
            self._create(stack)
            state = self.backend.stack(stack)
        elif state.pending:
            state = self._forget_pending(stack, state)
        recorded = state.resources if state else ()
        targets = [resource.urn for resource in recorded if only(resource)] if only else []
        if only and not targets:
            return Outcome(changes=())
        outputs: dict[str, Any] = {}
        outcome = self._operate(
            stack,
            state,
            capturing(program, outputs),
            lambda opened, events: opened.up(
                on_event=events,
                color="never",
                suppress_outputs=True,
                refresh=bool(recorded) and not targets,
                target=targets or None,
            ),
        )
        return replace(outcome, outputs=outputs)

    def refresh(self, stack: str) -> Outcome:
        """Record what is true of a stack's resources; changes none of them.

        What a killed run was making is taken up where it is there, and forgotten otherwise.
        """
        self.settle(stack)
        state = self.backend.stack(stack)
        begun = self.backend.take_up_half_made(stack, self._identity) if state and state.pending else {}
        outcome = self._operate(
            stack,
            state,
            None,
            lambda opened, events: opened.refresh(on_event=events, color="never", clear_pending_creates=True),
            listen=_nobody,
        )
        self.backend.put_back_inputs(stack, begun)
        # Here the engine words as its own steps what it found.
        found = [change for change in outcome.changes if change.custom and change.operation != "same"]
        return Outcome(changes=(), drifted=(*found, *outcome.drifted))

    def deviations(self, stack: str) -> Deviations:
        """How reality differs from what the state says of a stack; touches neither, and takes no lock."""
        events = Deviations(stack)
        state = self.backend.stack(stack)
        if state is not None:
            with cleared_away(), self._workspaces.open(stack, state) as opened:
                self._run(stack, events, lambda: opened.preview_refresh(on_event=events, color="never"))
        return events

    def destroy(self, stack: str) -> Outcome:
        """Take a stack's resources down, and the stack with them; none of that name is fine too.

        What is protected stays with all that it needs, and so does the stack then: whoever brings it up again finds it.
        """
        self.settle(stack)
        state = self.backend.stack(stack)
        if state is None:
            return Outcome(changes=())
        if state.pending:
            state = self._forget_pending(stack, state)
        outcome = self._operate(
            stack,
            state,
            None,
            lambda opened, events: opened.destroy(
                on_event=events,
                color="never",
                refresh=True,
                suppress_outputs=True,
                exclude_protected=bool(state and state.protected) or None,
            ),
        )
        left = self.backend.stack(stack)
        if left and left.protected:
            return outcome
        with self._workspaces.open(stack, None) as opened:
            self._run(stack, Events(stack, self._listen), lambda: opened.workspace.remove_stack(stack))
        return outcome

    def outputs(self, stack: str) -> Mapping[str, Any]:
        """A stack's outputs as last recorded, secrets in plain; empty when there is no such stack."""
        state = self.backend.stack(stack)
        if state is None:
            return {}
        with self._workspaces.open(stack, state) as opened:
            return self._run(stack, Events(stack, self._listen), opened.recorded_outputs)

    def repair(self, stack: str) -> None:
        """Put a stack's resources in an order that the engine can go on from; references that lead nowhere go."""
        self.settle(stack)
        with self._workspaces.open(stack, self.backend.stack(stack)) as opened:
            self._run(stack, Events(stack, self._listen), opened.repair_state)

    def settle(self, stack: str) -> None:
        """See that no other run is at work on a stack; clears what a killed one left."""
        settle(self.backend, stack, self._listen, unlock=self._unlock)

    def _preview_new(self, stack: str, program: Program) -> Outcome:
        self._create(stack)
        return self._operate(
            stack,
            self.backend.stack(stack),
            program,
            lambda opened, events: opened.preview(on_event=events, color="never"),
            listen=_nobody,
        )

    def _forget_pending(self, stack: str, state: StackState) -> StackState | None:
        # What a killed run had begun: the engine only warns of it, for ever. A refresh looks at what is there, and
        # takes up what was being created under an id that is known before. Any other create that may have happened is
        # begun again.
        names = ", ".join(f"{operation} {urn.rpartition('::')[2]!r}" for operation, urn in state.pending)
        self._listen(Note(text=f"{stack}: an earlier run was killed while {names}; going on from there"))
        self.refresh(stack)
        return self.backend.stack(stack)

    def _create(self, stack: str) -> None:
        with self._workspaces.open(stack, None) as opened:
            try:
                self._run(stack, Events(stack, self._listen), lambda: opened.workspace.create_stack(stack))
            except StackAlreadyExistsError:
                return

    def _operate(
        self,
        stack: str,
        state: StackState | None,
        program: Program | None,
        operation: Callable[[OneProcessStack, Events], Any],
        listen: Listener | None = None,
    ) -> Outcome:
        events = Events(stack, listen or self._listen)
        with cleared_away(), self._workspaces.open(stack, state, program) as opened:
            self._run(stack, events, lambda: operation(opened, events))
        return Outcome(
            changes=tuple(events.changes.values()),
            drifted=tuple(events.drifted.values()),
            remarks=tuple(events.remarks),
        )

    def _run(self, stack: str, events: Events, operation: Callable[[], Result]) -> Result:
        try:
            result = operation()
        except StackAlreadyExistsError:
            raise
        except CommandError as error:
            if self.interruption.count:
                raise Interrupted(f"interrupted while at work on {stack}", left=kept(events)) from None
            events.wait()
            raise explained(self._settings, stack, error, events, install=self._install, remedy=self._remedy) from error
        except OSError as error:
            raise EngineFailed(f"the engine could not be started: {error}", remedy="deployer tools") from error
        if self.interruption.count:
            # It came when there was nothing left to stop; what comes next must not begin all the same.
            raise Interrupted(f"interrupted when {stack} was finished", left=kept(events))
        return result

    @contextmanager
    def _throwaway(self) -> Iterator[Engine]:
        """An engine like this one on an empty state that is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="hubs-preview-") as folder:
            settings = replace(self._settings, backend_url=f"file://{folder}", secrets_provider=PASSPHRASE_PROVIDER)
            engine = Engine(
                settings,
                executable=Path(self._workspaces.command.command),
                home=self._workspaces.home,
                search_path=self._workspaces.search_path,
                interruption=self.interruption,
                listen=self._listen,
                unlock=self._unlock,
                remedy=self._remedy,
                identity=self._identity,
            )
            engine._workspaces.command = self._workspaces.command
            engine._workspaces.passphrase = Passphrase(environment={"PULUMI_CONFIG_PASSPHRASE": "of nothing"})
            yield engine


def _nobody(event: Event) -> None:
    """For operations that change nothing: what they find is their result, not progress."""
