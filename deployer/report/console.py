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


def print_folded(console: Console, line: str, *, style: str = "") -> None:
    """A line of prose: on a terminal it goes on under itself, between words; elsewhere it stays one line."""
    indent = len(line) - len(line.lstrip())
    if console.is_terminal:
        from textwrap import fill

        under = " " * (indent + 4)
        line = fill(line, console.width, subsequent_indent=under, break_long_words=False, break_on_hyphens=False)
    console.print(line, markup=False, style=style or None)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def print_event(event: dict[str, Any]) -> None:
    """One line of JSON on standard output, for a program that follows along."""
    sys.stdout.write(json.dumps(event, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()
