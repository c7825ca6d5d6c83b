"""What of an object's inputs is not so any more on the server."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from providers.engine.values import Values
from providers.simulated.conformity import INTERNAL

_GONE = object()


def inputs_now(inputs: Values, live: Values, again: Values | None) -> Values:
    """Inputs with the values that the server has; `again` is what applying them again would make.

    Where that changes nothing, an input is as it was, however the server writes it down: "1000m" cores are "1" there.
    """
    found = {name: item for name, item in inputs.items() if name.startswith(INTERNAL)}
    for name, item in inputs.items():
        if not name.startswith(INTERNAL):
            now = _now(item, live.get(name, _GONE), (again or {}).get(name, _GONE))
            if now is not _GONE:
                found[name] = now
    if isinstance(inputs.get("stringData"), Mapping):
        found["stringData"] = _texts(inputs["stringData"], live.get("data") or {})
    return found


def _now(item: Any, live: Any, again: Any) -> Any:
    if live is _GONE or (live == again and live is not None):
        return item if live is not _GONE else _GONE
    if isinstance(item, Mapping) and isinstance(live, Mapping):
        expected = again if isinstance(again, Mapping) else {}
        parts = {name: _now(one, live.get(name, _GONE), expected.get(name, _GONE)) for name, one in item.items()}
        return {name: part for name, part in parts.items() if part is not _GONE}
    if isinstance(item, list) and isinstance(live, list) and len(item) == len(live):
        expected_items = again if isinstance(again, list) and len(again) == len(live) else [_GONE] * len(live)
        return [_now(*parts) for parts in zip(item, live, expected_items, strict=True)]
    return live


def _texts(texts: Mapping[str, Any], data: Mapping[str, str]) -> Values:
    """A secret's texts, which the server only ever gives back encoded."""
    return {
        name: base64.b64decode(data[name]).decode(errors="replace") for name in texts if isinstance(data.get(name), str)
    }
