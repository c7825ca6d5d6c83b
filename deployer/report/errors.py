"""Errors as text or JSON: what failed, why, what it leaves, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deployer.errors import BadInput, DeployerError, Problem
from deployer.report.console import errors, print_json


def problem_data(problem: Problem) -> dict[str, Any]:
    """A problem for other programs."""
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "path": problem.path,
        "fault": problem.fault,
        "remedy": problem.remedy,
        "severity": problem.severity,
    }


def error_data(error: DeployerError) -> dict[str, Any]:
    """An error for other programs."""
    data: dict[str, Any] = {"error": error.fault, "exit_code": error.exit_code}
    if error.left:
        data["left"] = error.left
    if error.remedy:
        data["remedy"] = error.remedy
    if isinstance(error, BadInput):
        data["problems"] = [problem_data(problem) for problem in error.problems]
    return data


def show_problems(problems: Sequence[Problem]) -> None:
    """A line for each, by place, on standard error."""
    for problem in sorted(problems, key=lambda problem: problem.place):
        errors().print(str(problem), markup=False)


def show_error(error: DeployerError, *, as_json: bool = False) -> None:
    """Tell a person, or a program with `as_json`."""
    if as_json:
        print_json(error_data(error))
        return
    console = errors()
    if isinstance(error, BadInput):
        show_problems(error.problems)
        console.print(f"{error.fault}; nothing was changed", style="bold", markup=False)
    else:
        console.print(error.fault, style="bold red", markup=False)
    for line in (error.left, error.remedy):
        if line:
            console.print(f"  {line}", markup=False)
