"""What changed between the inputs a resource was made from and those asked for now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from providers.engine.values import Difference, Values, known
from providers.local.resource import Resource


def differences(resource: Resource, old_inputs: Values, news: Values, outputs: Values) -> list[Difference]:
    """All that an update or a replacement has to bring about; empty when everything is as asked."""
    found = []
    for name in sorted({*old_inputs, *news}):
        replaces = name in resource.replaced_by
        found += [
            Difference(place, kind, replaces) for place, kind in _within(name, old_inputs.get(name), news.get(name))
        ]
    if outputs.get("drift"):
        found.append(Difference("drift", "update", of_input=False))
    return found


def _within(place: str, old: Any, new: Any) -> Iterator[tuple[str, Literal["add", "delete", "update"]]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted({*old, *new}):
            yield from _within(f"{place}{_step(name)}", old.get(name), new.get(name))
    elif not known(new) or old != new:
        yield place, "add" if old is None else "delete" if new is None else "update"


def _step(name: str) -> str:
    """A map's key in the engine's notation for property paths."""
    return f".{name}" if name.isidentifier() else '["{}"]'.format(name.replace('"', '\\"'))
