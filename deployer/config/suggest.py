"""The nearest name to a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = 12
"""Names listed at most; more would hide the message."""


def did_you_mean(name: str, known: Iterable[str], *, kind: str) -> str:
    """What to do about an unknown name: the nearest one, and which there are.

    `kind` is the plural of what is named: "pools".
    """
    names = list(dict.fromkeys(known))
    if not names:
        return f"there are no {kind}"
    listed = ", ".join(names[:SHOWN]) + (f", and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    near = nearest(name, names)
    return f"did you mean {near!r}? ({kind}: {listed})" if near else f"{kind}: {listed}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a typing error most likely meant."""
    from difflib import get_close_matches  # only when something is wrong

    by_lower = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(name.lower(), by_lower, n=1)
    return by_lower[near[0]] if near else None
