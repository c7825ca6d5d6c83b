"""Starts people's servers as processes of this machine, which live on when the hub restarts."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from jupyterhub.spawner import Spawner
from kubespawner.slugs import multi_slug, safe_slug
from tornado import web
from traitlets import Unicode, default

from . import limits
from .binder_choice import RepositoryChoices
from .home import Home
from .leases import Budget, BudgetSpentError, Lease, Leases
from .person import clean_environment, forget, home_of
from .ports import answers, choose_port, listens
from .processes import end, identify
from .started_server import StartedServer, last_words, launch

BYTES_PER_GIB = 1024**3
GRACE_SECONDS = 10
PORT_TRIES = 3
LOOK_EVERY_SECONDS = 0.1


class StartRefusedError(web.HTTPError):
    """A start that cannot be; the text is for people."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.jupyterhub_message = text


class PortLostError(StartRefusedError):
    """Somebody else listens on the port that the server was to have."""


class LocalHubSpawner(RepositoryChoices, Spawner):  # type: ignore[misc]
    """One server: a process with its own home, environment, limits, and lease on the machine's budget."""

    image = Unicode(config=True, help="Image of the catalogue, by name: which environment the server runs from.")
    node_pool = Unicode(config=True, help="Share of the machine that the server counts to; none when empty.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._child: subprocess.Popen[bytes] | None = None
        self._running: StartedServer | None = None
        self._killed_for_memory = 0
        self._told: list[str] = []
        self.notice = ""
        """What people should know of their last server, kept until they start the next."""

    # What JupyterHub asks of a spawner.

    async def start(self) -> str:
        """Start the server; the address where it answers."""
        self.notice = ""
        self._told = []
        await self.have_repository(self._image_environment)
        for _ in range(PORT_TRIES - 1):
            try:
                return await self._start_once()
            except PortLostError as lost:
                self.log.warning("%s: %s Trying another.", self._log_name, lost.jupyterhub_message)
        return await self._start_once()

    async def _start_once(self) -> str:
        self.port = choose_port()
        self.say("Looking for room")
        lease = self._take_lease()
        try:
            self._launch(lease)
        except OSError:
            self._clean_up()
            raise
        self._remember()
        self.say("Starting your server" + (f" with up to {_gib(self.mem_limit)} of memory" if self.mem_limit else ""))
        await self._until_it_listens()
        return f"http://127.0.0.1:{self.port}"

    async def poll(self) -> int | None:
        """None while it runs, else how it ended."""
        if self._running is None:
            return 0
        self._notice_memory()
        code = self._child.poll() if self._child else None
        if code is None and self._running.process.alive():
            return None
        self._clean_up()
        return code or 0

    async def stop(self, now: bool = False) -> None:
        """End the server, gracefully unless `now`, and everything it started."""
        server = self._running
        if server is None:
            return
        family = server.family()
        if not now:
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.process.pid, signal.SIGTERM)
            await self.wait_for_death(GRACE_SECONDS)
        await asyncio.to_thread(server.kill, family)
        await self.wait_for_death(GRACE_SECONDS)

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What happens while people wait, from its beginning."""
        told = 0
        while self._spawn_pending:
            for text in self._told[told:]:
                told += 1
                yield {"progress": self._progress(told), "message": f"{text} …"}
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def say(self, text: str) -> None:
        """Something for those who wait."""
        self._told.append(text)

    def _progress(self, told: int) -> int:
        """In percent; how much a build still has to say is not known."""
        if self._running:
            return 80
        return 40 if self.wish is None else min(70, 5 + 4 * told)

    def get_state(self) -> dict[str, Any]:
        """What a restarted hub needs to find the server again."""
        state: dict[str, Any] = super().get_state()
        if self._running:
            state["server"] = self._running.as_state()
        if self.notice:
            state["notice"] = self.notice
        return state

    def load_state(self, state: dict[str, Any]) -> None:
        """Find the server of before the hub's restart."""
        super().load_state(state)
        self.notice = state.get("notice", "")
        if "server" in state:
            self._running = StartedServer.from_state(state["server"])
            self._killed_for_memory = self._running.killed_for_memory()

    def clear_state(self) -> None:
        """Forget the server, but not what people should know of it."""
        super().clear_state()
        self._child = self._running = None

    def get_env(self) -> dict[str, str]:
        """Only what the server needs: nothing of the environment that the hub was started in."""
        own = clean_environment(self._environment, home=self._home.folder, user=self.user.name)
        return own | {name: value for name, value in super().get_env().items() if value is not None}

    def get_args(self) -> list[str]:
        """Arguments of jupyterhub-singleuser."""
        # All servers run as the user who runs the hub; Jupyter asks to be told when that is root.
        return [*super().get_args(), *(["--allow-root"] if os.geteuid() == 0 else [])]

    def delete_forever(self) -> None:
        """The user is removed: health checks leave nothing; people's files stay."""
        if self.user.name.startswith(self.hub_folder.settings["health_check_users"]):
            forget(self._home)

    @default("env_keep")
    def _env_keep_default(self) -> list[str]:
        return []

    # How it does that.

    @property
    def advice(self) -> str:
        """What to say where sizes are only told, not held to; empty where they hold."""
        enforced, reason = limits.enforcement()
        return "" if enforced else f"Sizes are not enforced on this machine: {reason}."

    @property
    def lease_name(self) -> str:
        """Unique among the hubs of a machine folder, and a file name."""
        return str(multi_slug([self.hub_folder.settings["stack"], self.user.name, self.name], max_length=60))

    def _take_lease(self) -> Lease:
        # A server that a hub of before was killed over, or whose hub lost its memory, would run on for nobody.
        before = self._leases.find(self.lease_name)
        if before and before.process.pid != os.getpid():
            end(before.process, grace_seconds=0)
        hub_itself = identify(os.getpid())
        assert hub_itself is not None
        lease = Lease(
            name=self.lease_name,
            stack=self.hub_folder.settings["stack"],
            user=self.user.name,
            server=self.name,
            process=hub_itself,
            memory_gib=(self.mem_guarantee or 0) / BYTES_PER_GIB,
            cpu=self.cpu_guarantee or 0,
            node_pool=self.node_pool,
            environment=str(self._environment),
        )
        pools = {name: Budget(**share) for name, share in self.hub_folder.settings["node_pools"].items()}
        try:
            self._leases.take(lease, self.hub_folder.places.budget, pools)
        except BudgetSpentError as refusal:
            # What a service says that may have room again soon.
            raise StartRefusedError(503, str(refusal)) from None
        return lease

    def _launch(self, lease: Lease) -> None:
        home = self._home
        for name in home.prepare():
            self.log.warning("%s has a file of their own named %r, so the hub's is not linked", self._log_name, name)
        self.place_repository(home)
        # Control groups are the whole machine's, and so is their name; that of a lease is its folder's.
        folder_mark = hashlib.sha256(str(self.hub_folder.places.machine_folder).encode()).hexdigest()[:8]
        sizes = limits.Limits(self.mem_limit or 0, self.cpu_limit or 0, self.cpu_guarantee or 0)
        group = limits.make(f"{lease.name}-{folder_mark}", sizes)
        try:
            variables = self.get_env()
            self._child, process = launch(home, self._environment, group, self.get_args(), variables, self._log_file)
        except OSError:
            if group:
                group.end()
            raise
        self._running = StartedServer(process, group, self.mem_limit or 0)
        self._killed_for_memory = 0
        self._leases.hand_over(lease, process, group)

    async def _until_it_listens(self) -> None:
        """Wait for the port, no longer than the process lives: JupyterHub itself would wait for its whole timeout."""
        assert self._running is not None
        server = self._running
        while not listens(server.process.pid, self.port):
            if await self.poll() is not None:
                if answers(self.port):
                    raise PortLostError(500, f"Somebody else listens on the server's port {self.port}.")
                reason = self.notice or last_words(self._log_file)
                raise StartRefusedError(500, f"The server ended while starting. {reason}")
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def _remember(self) -> None:
        """Save the state now: JupyterHub does so only once the server answers, and may be killed before."""
        self.orm_spawner.state = self.get_state()
        self.user.db.commit()

    def _notice_memory(self) -> None:
        """Tell people when the kernel ended something of theirs: Jupyter itself only sees that it died."""
        assert self._running is not None
        killed = self._running.killed_for_memory()
        if killed <= self._killed_for_memory:
            return
        self._killed_for_memory = killed
        what = "A notebook or program on your server" if self._running.process.alive() else "Your server"
        most = _gib(self._running.memory_limit_bytes)
        self.notice = f"{what} used more than the server's {most} of memory and was stopped."
        self.log.warning("%s: %s", self._log_name, self.notice)
        self._remember()

    def _clean_up(self) -> None:
        """Give back what the server held. Safe to repeat."""
        self._leases.drop(self.lease_name)
        if self._running and self._running.group:
            self._running.group.end()
        if self._home.temporary:
            self._home.remove()

    @property
    def _environment(self) -> Path:
        return self.made.environment if self.made else self._image_environment

    @property
    def _image_environment(self) -> Path:
        return Path(self.hub_folder.places.environments[self.image])

    @property
    def _home(self) -> Home:
        return home_of(self.hub_folder, self.user, self.name, alone=self.ephemeral)

    @property
    def _log_file(self) -> Path:
        name = safe_slug(self.user.name) + (f"--{safe_slug(self.name)}" if self.name else "")
        return self.hub_folder.path / "logs" / "servers" / f"{name}.log"

    @functools.cached_property
    def _leases(self) -> Leases:
        return Leases(self.hub_folder.places.machine_folder / "leases")


def _gib(size_bytes: int) -> str:
    gib = size_bytes / BYTES_PER_GIB
    return f"{gib * 1024:.0f} MiB" if gib < 1 else f"{round(gib, 2):g} GiB"
