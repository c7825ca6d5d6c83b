"""Which field makes which value of a hub's configuration: found by changing fields, one by one, and comparing.

No table of names is kept: whatever turns fields into values, today or tomorrow, the answer is what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from components.clouds import cloud
from components.machines.names import UnavailableError
from deployer.config.differences import changed_leaves, leaves
from deployer.config.document import Path
from deployer.config.variants import fields, is_default, others, with_value
from schemas.community import Deployment
from schemas.hub import Chart

Configuration = Callable[[Deployment], Mapping[str, Any]]
TRIED = 3
"""Other values of a field that are compared: one may hide what another shows."""
CANNOT = (KeyError, IndexError, ValueError, TypeError, AttributeError, StopIteration, UnavailableError)
"""Raised for a deployment that nobody could have written: another is tried."""


def configuration(deployment: Deployment) -> Mapping[str, Any]:
    """What the deployment's hub is configured with, on its cloud; charts' values by chart."""
    return cloud(deployment.cluster.provider).configuration(deployment)


@dataclass(frozen=True)
class Made:
    """Leaves of the configuration that are others when one field is another."""

    leaves: frozenset[Path]
    here: frozenset[Path]
    """Those among them that are there with this value as with others: the field does not merely bring or name them."""
    by_default: bool = False
    """Nobody chose the field's value."""


class Makers:
    """The fields behind the configuration of one deployment."""

    def __init__(self, deployment: Deployment, configured: Configuration = configuration) -> None:
        self.deployment = deployment
        self._configured = configured

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """All of the configuration."""
        return self._configured(self.deployment)

    @cached_property
    def paths(self) -> frozenset[Path]:
        """Of all leaves."""
        return frozenset(path for path, _ in leaves(self.values))

    @cached_property
    def made(self) -> Mapping[Path, Made]:
        """By field."""
        found = {
            path: self.made_by(path, others(value, info), by_default=is_default(value, info))
            for path, value, info in fields(self.deployment)
        }
        return {path: made for path, made in found.items() if made.leaves}

    def makers(self, path: Path) -> list[Path]:
        """Fields that make the value at a path, or something in it or around it; the likeliest cause first.

        That is one that sets the value, before those that bring it along with others; one that is not as it is by
        default; the narrowest of them.
        """
        leaf_makers = self._of_leaf(path)
        if leaf_makers or path in self.paths:
            return leaf_makers
        near = [leaf for leaf in self.paths if leaf[: len(path)] == path or path[: len(leaf)] == leaf]
        return list(dict.fromkeys(maker for leaf in sorted(near, key=_text) for maker in self._of_leaf(leaf)))

    def _of_leaf(self, leaf: Path) -> list[Path]:
        return sorted(self._by_leaf.get(leaf, ()), key=lambda field: self._rank(field, leaf))

    def _rank(self, field: Path, leaf: Path) -> tuple[Any, ...]:
        made = self.made[field]
        return (leaf not in made.here, made.by_default, len(made.leaves), -len(field), _text(field))

    @cached_property
    def _by_leaf(self) -> Mapping[Path, list[Path]]:
        found: dict[Path, list[Path]] = {}
        for field, made in self.made.items():
            for leaf in made.leaves:
                found.setdefault(leaf, []).append(field)
        return found

    def made_by(self, path: Path, candidates: Iterable[Any], *, by_default: bool = False) -> Made:
        """What the first of these other values for a field change that make a difference."""
        changed: set[Path] = set()
        here: set[Path] = set()
        tried = 0
        for value in candidates:
            try:
                other = self._configured(with_value(self.deployment, path, value))
            except CANNOT:
                continue
            found = changed_leaves(self.values, other)
            if not found:
                continue
            changed |= found
            there = {leaf for leaf, _ in leaves(other)}
            here |= found & self.paths & there
            tried += 1
            if tried == TRIED:
                break
        return Made(frozenset(changed), frozenset(here), by_default)


def escaped_to(helm_values: Mapping[Chart, Any], path: Path) -> Path | None:
    """The path in the deployment where `hub.helm_values` says the value at a path, or a part of it; else None."""
    found: Any = helm_values
    for steps, key in enumerate(path):
        if not isinstance(found, Mapping):
            return ("hub", "helm_values", *path[:steps])
        if key not in found:
            return None
        found = found[key]
    return ("hub", "helm_values", *path)


def _text(path: Path) -> tuple[str, ...]:
    return tuple(str(key) for key in path)
