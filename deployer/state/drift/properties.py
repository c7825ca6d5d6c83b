"""Property paths as the engine writes them, and what stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from deployer.config.secrecy import NOT_SHOWN, sounds_secret, veiled
from deployer.rollout.engine.deviations import SECRET, Deviation

Path = tuple[str | int, ...]
STEP = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')
ABSENT: Final = object()


def parsed(path: str) -> Path:
    """metadata.labels["a.b/c"][0] in its steps."""
    return tuple(
        int(position) if position else re.sub(r"\\(.)", r"\1", quoted) if quoted else plain
        for quoted, position, plain in STEP.findall(path)
    )


def sides(deviation: Deviation, path: Path) -> tuple[Any, Any]:
    """(as recorded, as found) of one property; None where it is not there. What may be secret is not shown."""
    for part in ("inputs", "outputs"):
        old, new = (at(side.get(part, {}), path) for side in (deviation.recorded, deviation.found))
        if old is not new and old != new:
            return _shown(old, path), _shown(new, path)
    return _shown(at(deviation.recorded.get("inputs", {}), path), path), _shown(
        at(deviation.found.get("inputs", {}), path), path
    )


def at(value: Any, path: Path) -> Any:
    """What stands at a path; ABSENT where it leads nowhere, and the mask where it leads into a secret."""
    for step in path:
        if value == SECRET:
            return SECRET
        if (isinstance(step, int) and _is_list(value) and step < len(value)) or (
            isinstance(value, Mapping) and step in value
        ):
            value = value[step]
        else:
            return ABSENT
    return value


def overlaps(one: Path, other: Path) -> bool:
    """Whether one of them is the other, or within it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _shown(value: Any, path: Path) -> Any:
    if value is ABSENT:
        return None
    if value == SECRET or (isinstance(value, str) and any(sounds_secret(str(step)) for step in path)):
        return NOT_SHOWN
    return _unmasked(veiled(value))


def _unmasked(value: Any) -> Any:
    """With our own word in the place of the engine's."""
    if isinstance(value, Mapping):
        return {name: _unmasked(item) for name, item in value.items()}
    if _is_list(value):
        return [_unmasked(item) for item in value]
    return NOT_SHOWN if value == SECRET else value


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
