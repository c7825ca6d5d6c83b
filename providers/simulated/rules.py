"""What a cloud's API refuses besides what its SDK does: malformed names, shrinking disks, skipped versions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from providers.engine.values import Failure, known
from providers.simulated.kinds import Kind
from providers.simulated.places import at

_MINOR = re.compile(r"(\d+)\.(\d+)")


def malformed(kind: Kind, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    """Values outside the cloud's limits, with the limit in the text."""
    for path, limit in kind.limits.items():
        value = at(inputs, path)
        if value is not None and known(value) and not re.fullmatch(limit.pattern, str(value)):
            yield Failure(path, f"{value!r} {limit.words}")


def forbidden_step(kind: Kind, old: Mapping[str, Any], new: Mapping[str, Any], immutable: str) -> str | None:
    """The cloud's words for an update that it does not make; `immutable` are those for what never changes."""
    for path, words in kind.never_smaller.items():
        before, after = at(old, path), at(new, path)
        if isinstance(before, int | float) and isinstance(after, int | float) and after < before:
            return words
    for path, words in kind.steps_of_one.items():
        before, after = _MINOR.match(str(at(old, path))), _MINOR.match(str(at(new, path)))
        if before and after and not 0 <= int(after[2]) - int(before[2]) <= 1:
            return words
    for path in kind.immutable:
        before, after = at(old, path), at(new, path)
        if after is not None and before != after:
            return immutable.replace("{property}", path)
    return None
