"""What exists in a simulated cloud: one JSON file for each resource, outliving every process.

<world>/<cloud>/<account>/<region or "global">/<type>/<identity>.json. Editing a file is drift, removing one a deletion
behind the project's back, and a file put there by hand is a resource that others made.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from providers.simulated.storage import locked, read_json, write_json

_HIDDEN = "__digest_of_secret"


@dataclass(frozen=True)
class Place:
    """Where identities are unique."""

    account: str
    region: str = "global"


@dataclass(frozen=True)
class Record:
    """A resource as the cloud has it."""

    token: str
    identity: str
    properties: dict[str, Any]
    urn: str = ""
    """Who made it: the resource of a program."""
    seed: str = ""
    made_at: str = ""
    unseen_reads: int = 0
    """How often it is still not found: the cloud's own parts have not heard of it yet."""
    place: Place = field(default_factory=lambda: Place("", ""))


class World:
    """One cloud's part of the world."""

    def __init__(self, folder: Path, cloud: str) -> None:
        self.folder = folder / cloud

    def lock(self) -> AbstractContextManager[None]:
        """Held between looking and changing, never while waiting for anything."""
        return locked(self.folder / ".lock")

    def get(self, place: Place, token: str, identity: str) -> Record | None:
        return self._read(self._path(place, token, identity))

    def put(self, record: Record, secret: frozenset[str] = frozenset()) -> None:
        """Write a record; of properties that are secret only a digest, by which a change is seen."""
        hidden = {name: self._hidden(value) for name, value in record.properties.items() if name in secret}
        path = self._path(record.place, record.token, record.identity)
        path.parent.mkdir(parents=True, exist_ok=True)
        plain = asdict(record)
        plain["properties"] = {**record.properties, **hidden}
        del plain["place"]
        write_json(path, plain)

    def remove(self, record: Record) -> None:
        self._path(record.place, record.token, record.identity).unlink(missing_ok=True)

    def records(self, token: str = "", place: Place | None = None) -> Iterator[Record]:
        """All of one type, or all; in one place, or everywhere."""
        where = f"{slug(place.account)}/{slug(place.region)}" if place else "*/*"
        for path in sorted(self.folder.glob(f"{where}/{slug(token) if token else '*'}/*.json")):
            record = self._read(path)
            if record is not None:
                yield record

    def revealed(self, properties: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
        """Properties in which digests of secrets have become the values they are of, as far as those are known."""
        return {name: self._revealed(value, known.get(name)) for name, value in properties.items()}

    def _revealed(self, value: Any, known: Any) -> Any:
        if not isinstance(value, Mapping) or _HIDDEN not in value:
            return value
        return known if self._hidden(known) == value else ""

    def _hidden(self, value: Any) -> dict[str, str]:
        key_path = self.folder / ".key.json"
        key = read_json(key_path)
        if key is None:
            key_path.parent.mkdir(parents=True, exist_ok=True)
            key = secrets.token_hex(16)
            write_json(key_path, key)
        return {_HIDDEN: hmac.new(key.encode(), repr(_ordered(value)).encode(), sha256).hexdigest()}

    def _path(self, place: Place, token: str, identity: str) -> Path:
        name = f"{slug(identity)[-80:]}-{sha256(identity.encode()).hexdigest()[:8]}.json"
        return self.folder / slug(place.account) / slug(place.region) / slug(token) / name

    def _read(self, path: Path) -> Record | None:
        plain = read_json(path)
        if plain is None:
            return None
        account, region = path.parts[-4:-2]
        return Record(**plain, place=Place(account, region))


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return sorted((name, _ordered(item)) for name, item in value.items())
    return [_ordered(item) for item in value] if isinstance(value, list) else value


def slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "_", text).strip("._") or "_"
