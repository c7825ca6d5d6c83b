"""Every error that a person may see, and its exit code.

Raised as data with its place; turned into text by `deployer.report` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, order=True)
class Place:
    """Where in a file; lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong in what somebody wrote: place, path, fault, remedy."""

    place: Place
    path: str
    """Dotted, with list positions: hub.profiles[2].node_pool; empty for the file as a whole."""
    fault: str
    remedy: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"{self.place}: {self.path}: " if self.path else f"{self.place}: "
        mark = "warning: " if self.severity == "warning" else ""
        return f"{where}{mark}{self.fault}" + (f"; {self.remedy}" if self.remedy else "")


class DeployerError(Exception):
    """Something went wrong that its reader can do something about.

    `fault` says what and why, `left` what state things are in now, `remedy` what to do.
    """

    exit_code = 1

    def __init__(self, fault: str, *, left: str = "", remedy: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.left = left
        self.remedy = remedy


class BadInput(DeployerError):  # noqa: N818 - named for what happened
    """What somebody wrote cannot be used; nothing was changed."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem], *, fault: str = "", remedy: str = "") -> None:
        super().__init__(fault or f"{len(problems)} problem(s)", remedy=remedy)
        self.problems = tuple(problems)


class GateFailed(DeployerError):  # noqa: N818 - named for what happened
    """A stage is not fit to be followed by the next."""

    exit_code = 3


class EngineFailed(DeployerError):  # noqa: N818 - named for what happened
    """A cloud or the engine could not do what was asked."""

    exit_code = 4


class Held(EngineFailed):
    """Another run is at work on it: later, it will be free."""


class ToolMissing(DeployerError):  # noqa: N818 - named for what happened
    """A tool that this needs is not there and could not be had."""


def unforeseen(what: str, error: Exception, command: str) -> DeployerError:
    """The error of one of many, which keeps the others from nothing; the command alone shows where it comes from."""
    return DeployerError(
        f"{what}: an error nobody foresaw: {type(error).__name__}: {error}",
        remedy=f"deployer --debug {command} shows where; report it",
    )


class Interrupted(DeployerError):  # noqa: N818 - named for what happened
    """Somebody pressed Ctrl-C; 130 is the shell's own code for it."""

    exit_code = 130
