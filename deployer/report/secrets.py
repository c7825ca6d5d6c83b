"""Secrets for people and programs: what was done to which file, never what is in it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from deployer.report.console import errors, output, print_json
from deployer.report.errors import problem_data, show_problems

if TYPE_CHECKING:
    from deployer.secrets.checking import Check, Checked
    from deployer.secrets.keygen import MadeKey
    from deployer.secrets.listing import Opener

STYLES = {"opened": "green", "locked": "yellow", "wrong": "red"}


def show_changed(file: str, done: str, *, as_json: bool) -> None:
    """One file, and what became of it."""
    if as_json:
        print_json({"file": file, "done": done})
    else:
        output().print(f"{file}: {done}", markup=False)


def show_value(value: str, *, key: str, as_json: bool) -> None:
    """A secret, because somebody asked for it."""
    if sys.stdout.isatty():
        errors().print("this is a secret, and your terminal may remember it", style="yellow")
    if as_json:
        print_json({"key": key, "value": value})
        return
    sys.stdout.write(value if value.endswith("\n") else f"{value}\n")
    sys.stdout.flush()


def warn_of_history(community: str) -> None:
    """What taking a recipient away does not do."""
    errors().print(
        "the values of before stay readable to them in git's history: give other ones "
        f"(deployer secrets edit {community}), then deploy",
        markup=False,
        style="yellow",
    )


def show_recipients(found: Mapping[str, Sequence[Opener]], *, as_json: bool) -> None:
    """Per community, who can open its file."""
    if as_json:
        print_json({name: [asdict(one) for one in openers] for name, openers in found.items()})
        return
    for name, openers in found.items():
        output().print(name, markup=False, style="bold")
        for one in openers:
            whose = f"operators: {one.operator}" if one.operator else "the community's own"
            output().print(f"  {one.identifier}  ({whose})", markup=False)
    if not found:
        output().print("no community has a file of secrets", markup=False)


def show_synchronised(changed: Sequence[str], *, as_json: bool) -> None:
    """Which files had to be changed."""
    if as_json:
        print_json({"changed": list(changed)})
    else:
        output().print(f"changed: {', '.join(changed)}" if changed else "all files are in line", markup=False)


def show_check(check: Check, *, as_json: bool) -> None:
    """Every community that has secrets or lacks some."""
    if as_json:
        print_json(
            {
                "communities": [_checked_data(one) for one in check.communities],
                "sops_config": "stale" if check.config_stale else "up to date",
            }
        )
        return
    told = [one for one in check.communities if one.state != "none" or one.problems]
    for one in told:
        line = f"{one.community:24} {one.state:7} {one.file}".rstrip()
        output().print(line, markup=False, style=STYLES.get(one.state))
        show_problems(one.problems)
        if one.note:
            output().print(f"  {one.note}", markup=False)
    if check.config_stale:
        errors().print(
            ".sops.yaml does not say who can open what: deployer secrets recipients sync", markup=False, style="yellow"
        )
    if not told:
        output().print("no community has secrets in files, and none needs any", markup=False)


def show_key(made: MadeKey, *, as_json: bool) -> None:
    """The public half of a new key, and where the private one is."""
    if as_json:
        print_json({"recipient": made.recipient, "file": str(made.file)})
        return
    output().print(made.recipient, markup=False)
    errors().print(
        f"its private half was added to {made.file}: keep a copy; without it nobody can help",
        markup=False,
    )


def _checked_data(one: Checked) -> dict[str, object]:
    return {
        "community": one.community,
        "file": one.file,
        "state": one.state,
        "problems": [problem_data(problem) for problem in one.problems],
        "note": one.note,
    }
