"""Clears away, in silence, what the SDK leaves of a program that was stopped half-way."""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def cleared_away() -> Iterator[None]:
    """Collect a failed program's unfinished coroutines now, not at some later moment."""
    silence()
    try:
        yield
    except BaseException:
        gc.collect()
        raise


@cache
def silence() -> None:
    """Keep the SDK's last words off standard error; whatever went wrong, we raise an error of our own.

    The coroutines of a stopped program end in a closed event loop, which nobody can catch, so Python prints each with
    its traceback; and the library warns of the events that an engine, once killed, does not send any more.
    """
    before = sys.unraisablehook

    def hook(unraisable: sys.UnraisableHookArgs) -> None:
        error = unraisable.exc_value
        if not (isinstance(error, RuntimeError) and str(error) == "Event loop is closed"):
            before(unraisable)

    sys.unraisablehook = hook
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pulumi\.automation\._stack")
