"""Where text goes: results to standard output, progress and errors to standard error; colours only on a terminal."""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


@cache
def output() -> Console:
    """For results."""
    from rich.console import Console

    return Console(soft_wrap=True, highlight=False)


@cache
def errors() -> Console:
    """For progress, warnings and errors."""
    from rich.console import Console

    return Console(stderr=True, soft_wrap=True, highlight=False)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def print_event(event: dict[str, Any]) -> None:
    """One line of JSON on standard output, for a program that follows along."""
    sys.stdout.write(json.dumps(event, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()
