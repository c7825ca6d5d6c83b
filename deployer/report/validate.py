"""What a check of community files found."""

from __future__ import annotations

import sys

from deployer.config.fleet import Fleet
from deployer.report.console import print_json
from deployer.report.errors import problem_data


def show_fleet(fleet: Fleet, *, as_json: bool = False) -> None:
    """Problems and warnings by place, then one line that sums up; problems make that line an error."""
    if as_json:
        print_json(
            {
                "communities": len(fleet.communities),
                "hubs": fleet.hubs,
                "problems": [problem_data(problem) for problem in fleet.problems],
                "warnings": [problem_data(warning) for warning in fleet.warnings],
            }
        )
        return
    for problem in sorted(fleet.problems + fleet.warnings, key=lambda problem: (problem.place, problem.path)):
        print(problem, file=sys.stderr)
    if fleet.problems:
        print(f"{fleet.summary}; nothing was changed", file=sys.stderr)
    else:
        print(fleet.summary)
