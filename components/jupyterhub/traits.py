"""Options that JupyterHub's classes have, read from a table: no JupyterHub is needed to know them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

TABLE = Path(__file__).with_name("traits.json")
"""Made by `components.jupyterhub.tabulate`."""
Kind = Literal["text", "boolean", "integer", "number", "list", "mapping", "null"]
"""Of values in YAML."""
Registered = Literal["authenticators", "spawners", "proxies"]


@dataclass(frozen=True)
class Traits:
    """The table."""

    packages: Mapping[str, str]
    """Versions by distribution."""
    registered: Mapping[Registered, Mapping[str, str]]
    """Classes by their short names."""
    classes: Mapping[str, Mapping[str, Any]]

    def family(self, name: str) -> tuple[str, ...]:
        """The class and those it inherits from, nearest first; options of all of them are its own."""
        return (name, *self.classes[name]["bases"])

    def of(self, name: str) -> dict[str, list[Kind]]:
        """All traits of a class, with the kinds of values that each takes: none where only code can set it."""
        return dict(self._inherited(name))

    def _inherited(self, name: str) -> Iterator[tuple[str, list[Kind]]]:
        for one in reversed(self.family(name)):
            yield from self.classes[one]["traits"].items()

    def registered_class(self, kind: Registered, name: str) -> str | None:
        """The class of a short name, or of a path that ends in it; None for one that is not in the table."""
        found = self.registered[kind].get(name, name.rpartition(".")[2])
        return found if found in self.classes else None


@cache
def traits() -> Traits:
    """Read once."""
    return Traits(**json.loads(TABLE.read_text(encoding="utf-8")))


def kind_of(value: Any) -> Kind:
    """What a value read from YAML is."""
    if value is None:
        return "null"
    kinds: dict[type, Kind] = {bool: "boolean", int: "integer", float: "number", list: "list", dict: "mapping"}
    return kinds.get(type(value), "text")
