"""What the SDK does not tell of a resource type: identity, name, outputs, what replaces it, what it needs.

Data, read from <cloud>/cloud.yaml (the cloud as a whole) and <cloud>/resources*.yaml (one entry for each type).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Autoname:
    """How a resource that was given no name gets one."""

    property: str
    limit: int = 255
    separator: str = "-"
    digits: int = 7
    """Hexadecimal, made up; 0 copies the name in the program."""
    lower: bool = False
    uuid: bool = False


@dataclass(frozen=True)
class Reference:
    """Another resource that must exist before this one."""

    path: str
    to: tuple[str, ...]
    by: tuple[str, ...] = ("id",)
    """Properties of the other, of which one is what stands at the path."""
    pins: bool = False
    """The other cannot go before this one."""
    cascades: bool = False
    """This one goes with the other."""
    unless: tuple[str, ...] = ()
    """Values that every account has without making them."""
    optional: bool = False
    """It may also be something that came with another resource."""
    words: str = ""


@dataclass(frozen=True)
class Limit:
    """What a value must look like."""

    pattern: str
    words: str


@dataclass(frozen=True)
class Quota:
    """How many of a type there may be before the cloud has to be asked."""

    type: str
    limit: int
    words: str


@dataclass(frozen=True)
class Kind:
    """One resource type of one cloud."""

    token: str
    id: str
    """Template."""
    autoname: Autoname | None = None
    scope: str = ""
    """"account" for what a cloud with regional identities keeps once."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """Templates; inputs are laid over them."""
    replaces: tuple[str, ...] = ()
    """Inputs whose change needs a new resource; a change below them does too."""
    unordered: tuple[str, ...] = ()
    """Lists in which order means nothing."""
    replaced_when_smaller: tuple[str, ...] = ()
    never_smaller: Mapping[str, str] = field(default_factory=dict)
    """Numbers that the cloud refuses to lower, with its words."""
    immutable: tuple[str, ...] = ()
    """Inputs that neither an update nor the provider's replacing changes: the API refuses."""
    steps_of_one: Mapping[str, str] = field(default_factory=dict)
    """Minor versions that go up one at a time, with the cloud's words."""
    refers: tuple[Reference, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    unique: str = ""
    """Property that nobody in the whole cloud may share."""
    protected_by: Mapping[str, str] = field(default_factory=dict)
    """Properties that forbid deletion when true, with the cloud's words."""
    upsert: bool = False
    """Making what exists already is no error."""
    action: str = ""
    """The permission that is needed, with {verb} in it."""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cloud:
    """What holds for every type of a cloud."""

    name: str
    facts: Mapping[str, Mapping[str, Any]]
    """Fact -> {settings, environment, otherwise}: where it is found, in this order."""
    account: str
    """Template of whose resources these are."""
    region: str
    """Template of where identities are unique; "global" where they name their region themselves."""
    needs: Mapping[str, str]
    """Facts no resource can do without, with the cloud's words."""
    common: Mapping[str, Any]
    """Outputs of every type that has them."""
    words: Mapping[str, str]
    verbs: Mapping[str, str]
    quotas: tuple[Quota, ...]
    exact_enums: bool
    """Whether the API takes no value besides those its SDK lists."""
    kinds: Mapping[str, Kind]


def load(folder: Path, name: str) -> Cloud:
    """A cloud's data."""
    plain = read_yaml(folder / "cloud.yaml")
    default = plain.pop("autoname", None)
    kinds = {}
    for path in sorted(folder.glob("resources*.yaml")):
        for token, entry in read_yaml(path).items():
            kinds[token] = _kind(token, entry, default)
    quotas = tuple(Quota(**one) for one in plain.pop("quotas", ()))
    return Cloud(name=name, quotas=quotas, kinds=kinds, **plain)


def _kind(token: str, entry: dict[str, Any], autoname: dict[str, Any] | None) -> Kind:
    named = entry.pop("autoname", "name")
    if isinstance(named, str):
        named = {"property": named}
    spelled = {**(autoname or {}), **named} if named else None
    refers = tuple(_reference(path, one) for path, one in entry.pop("refers", {}).items())
    limits = {path: Limit(*one) for path, one in entry.pop("limits", {}).items()}
    lists: dict[str, Any] = {name: tuple(entry.pop(name, ())) for name in _LISTS}
    rule = Autoname(**spelled) if spelled else None
    return Kind(token, autoname=rule, refers=refers, limits=limits, **lists, **entry)


def _reference(path: str, one: dict[str, Any]) -> Reference:
    listed = {name: tuple([one[name]] if isinstance(one[name], str) else one[name]) for name in _LISTED if name in one}
    return Reference(path, **{**one, **listed})


_LISTS = ("replaces", "unordered", "replaced_when_smaller", "immutable")
_LISTED = ("to", "by", "unless")


def read_yaml(path: Path) -> dict[str, Any]:
    """A data file's mapping."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(path.read_text(), loader)  # noqa: S506 - both are safe loaders
    return loaded
