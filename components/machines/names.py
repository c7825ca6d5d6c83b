"""Names that nobody knows: what is wrong with them, and what was meant."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = 12
"""Names listed at most; more would hide the message."""


class UnavailableError(LookupError):
    """A name that the catalogue does not have, or a wish that nothing in it fulfils."""

    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(f"{fault}; {remedy}")
        self.fault = fault
        self.remedy = remedy


def unknown(name: str, known: Iterable[str], *, what: str, kind: str) -> UnavailableError:
    """The error for a name that is not there, with the nearest that is.

    `what` is the singular of what is named, `kind` its plural.
    """
    from difflib import get_close_matches  # only when something is wrong

    names = list(known)
    near = get_close_matches(name.lower(), {each.lower() for each in names}, n=1, cutoff=0.5)
    meant = next((each for each in names if near and each.lower() == near[0]), None)
    nearest = get_close_matches(name, names, n=SHOWN, cutoff=0.4) if len(names) > SHOWN else names
    more = f", and {len(names) - len(nearest)} more" if len(names) > len(nearest) else ""
    listed = f"{kind}: {', '.join(nearest or names[:SHOWN])}{more}"
    return UnavailableError(f"no {what} is named {name!r}", f"did you mean {meant!r}? ({listed})" if meant else listed)
