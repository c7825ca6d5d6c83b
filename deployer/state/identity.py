"""Whose a state is: its own id, the place that it last acted from, the accounts that its clusters stand in.

Beside the state in `.hubs/identity`. A copy has the same id and is somewhere else: it must not act on what the original
acts on, or both would hold each other's work for drift. So whoever is about to act looks here first.
"""

from __future__ import annotations

import getpass
import socket
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from deployer.errors import BadInput, DeployerError
from deployer.rollout.engine.files import Files
from deployer.rollout.engine.settings import EngineSettings

FOLDER = ".hubs/identity"
PATH = f"{FOLDER}/state.json"
ACCOUNTS = f"{FOLDER}/accounts"
FORMAT = 1
NAMING_OPTIONS = ("endpoint", "storage_account")
"""Of a bucket's address: without them, two buckets of one name cannot be told apart."""
ENOUGH_MARKS = 2


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Place(_Kept):
    """Where a state is. Of a folder, three marks: no two of them are the same for a copy."""

    url: str
    machine: str = ""
    """Of a folder: the machine's name."""
    folder: int = 0
    """Of a folder: its number in its file system, which moves along with it and not with a copy."""

    def same_as(self, other: Place) -> bool:
        """Whether the two are one; a folder may have been renamed, or its machine."""
        if not self.machine or not other.machine:
            return self.url == other.url
        marks = (self.url == other.url, self.machine == other.machine, self.folder == other.folder)
        return sum(marks) >= ENOUGH_MARKS

    def __str__(self) -> str:
        return f"{self.url} on {self.machine}" if self.machine else self.url


class Identity(_Kept):
    """Of one state, wherever it moves."""

    format: int = FORMAT
    id: str
    made_at: datetime
    made_by: str
    """user@machine"""
    made_in: str
    """The place's address then."""
    place: Place
    """That it last acted from."""


class Account(_Kept):
    """What a cluster stands in."""

    provider: str
    account: str
    since: datetime


def place_of(settings: EngineSettings) -> Place:
    """Where a state is, whether there is one or not."""
    folder = settings.folder
    if folder is None:
        parts = urlsplit(settings.backend_url)
        options = [(name, value) for name, value in parse_qsl(parts.query) if name in NAMING_OPTIONS]
        query = f"?{urlencode(sorted(options), safe=':/')}" if options else ""
        return Place(url=f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}{query}")
    number = folder.stat().st_ino if folder.exists() else 0
    return Place(url=settings.backend_url, machine=socket.gethostname(), folder=number)


class Identities:
    """Of the state at one place."""

    def __init__(self, settings: EngineSettings, files: Files) -> None:
        self._settings = settings
        self._files = files

    def read(self) -> Identity | None:
        """None of a state that nobody has acted from since there are identities. Raises DeployerError."""
        content = self._files.read(PATH)
        if content is None:
            return None
        try:
            found = Identity.model_validate_json(content)
        except ValidationError:
            raise _unreadable(PATH) from None
        if found.format > FORMAT:
            raise _unreadable(PATH)
        return found

    def require_own(self, adopt: str) -> None:
        """See that this state is where it last acted from, before anything is done; raises BadInput for a copy.

        `adopt` is the command that says that it may act from here.
        """
        found, here = self.read(), place_of(self._settings)
        if found is None or found.place.same_as(here):
            return
        raise BadInput(
            [],
            fault=f"the state at {here} is a copy, or was moved by hand: it last acted from {found.place}",
            remedy="two of them at work on the same clusters undo each other's work. Work with the other one; if that "
            f"one is gone for good: {adopt}",
        )

    def settle(self) -> Identity:
        """The identity, made at the first act, and kept in step with a folder that was renamed."""
        here, found = place_of(self._settings), self.read()
        if found is None:
            self._files.prepare()
            self._files.create(PATH, _written(new_identity(place_of(self._settings))))
            found = self.read()
            assert found is not None  # made just now, by us or by somebody else
        elif found.place != here:
            found = self.adopt()
        return found

    def adopt(self) -> Identity:
        """From now on it acts from here, whatever it did before."""
        here, found = place_of(self._settings), self.read()
        identity = found.model_copy(update={"place": here}) if found else new_identity(here)
        self._files.write(PATH, _written(identity))
        return identity

    def receive(self, identity: Identity) -> None:
        """Be the state of that identity, moved here; one that this place has already stays."""
        self._files.create(PATH, _written(identity.model_copy(update={"place": place_of(self._settings)})))

    def forget(self) -> None:
        """Of a place that has no state any more."""
        self._files.delete(PATH)
        for stack in self.accounts():
            self._files.delete(f"{ACCOUNTS}/{stack}.json")

    def accounts(self) -> dict[str, Account]:
        """By the clusters' stacks."""
        names = (path.rpartition("/")[2].removesuffix(".json") for path in self._files.list(ACCOUNTS))
        return {name: account for name in sorted(names) if (account := self.account(name))}

    def account(self, cluster_stack: str) -> Account | None:
        """What a cluster stands in, as far as anybody noted it."""
        path = f"{ACCOUNTS}/{cluster_stack}.json"
        content = self._files.read(path)
        if content is None:
            return None
        try:
            return Account.model_validate_json(content)
        except ValidationError:
            raise _unreadable(path) from None

    def note(self, cluster_stack: str, account: Account | None) -> None:
        """Keep what a cluster stands in; None forgets it."""
        path = f"{ACCOUNTS}/{cluster_stack}.json"
        if account is None:
            self._files.delete(path)
        else:
            self._files.write(path, _written(account))


def new_identity(place: Place) -> Identity:
    """Of a state that begins."""
    from deployer.rollout.ledger import now

    by = f"{getpass.getuser()}@{socket.gethostname()}"
    return Identity(id=uuid4().hex, made_at=now(), made_by=by, made_in=place.url, place=place)


def _written(kept: _Kept) -> bytes:
    return kept.model_dump_json(indent=2).encode()


def _unreadable(path: str) -> DeployerError:
    return DeployerError(
        f"what says whose this state is cannot be read: {path}",
        left="nothing was changed",
        remedy="update this checkout if a newer version wrote it; else take that file from a backup of the state",
    )
