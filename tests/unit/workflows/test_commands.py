"""What the workflows run: one command a step, which a person can run as well."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from deployer.cli.main import cli
from tests.unit.workflows.files import ROOT, Step, steps

COMMANDS = [step for step in steps() if step.run]
DEPLOYER = ".venv/bin/deployer"
DOCUMENTED = (ROOT / "docs" / "workflows.md").read_text()


CHECKED_OUT = " --project change"
"""Where a workflow put the files of a pull request."""


def words(step: Step) -> list[str]:
    """The command without the file that it writes to, one word for each variable, about this checkout."""
    return shlex.split(re.sub(r" > \S+$", "", step.run.replace(CHECKED_OUT, "")))


@pytest.mark.parametrize("step", COMMANDS, ids=lambda step: f"{step.place}: {step.content['name']}")
def test_one_command_that_there_is(step: Step) -> None:
    first, *arguments = words(step)
    assert not re.search(r"[;&|`]|\$\(", step.run), "one command a step"
    if first == "make":
        assert set(arguments) <= {"test", ".venv/.$EXTRA"}
    elif first == "true":
        assert not arguments
    elif first == "python3":
        assert (ROOT / arguments[0]).is_file()
    else:
        assert first == DEPLOYER
        parsed(cli, [argument.replace("$", "") for argument in arguments])


def parsed(command: click.Command, arguments: list[str]) -> None:
    """Parse as the command line would, down to the last subcommand; raises click's own errors."""
    context = command.make_context("deployer", list(arguments), resilient_parsing=False)
    if isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, arguments)
        assert found, name
        parsed(found, rest)


def test_an_option_that_is_none_is_seen() -> None:
    with pytest.raises(click.ClickException):
        parsed(cli, ["deploy", "demo", "--nonsense"])


@pytest.mark.parametrize("command", sorted({step.run for step in COMMANDS if step.run.startswith(DEPLOYER)}))
def test_the_same_by_hand_is_documented(command: str) -> None:
    name = shlex.split(command.replace(CHECKED_OUT, ""))[1]
    assert f"`deployer {name}" in DOCUMENTED


def test_the_folder_that_a_command_is_about_was_checked_out() -> None:
    about = {step.place for step in COMMANDS if CHECKED_OUT in step.run}
    assert about == {
        place
        for place in about
        if any(each.content.get("with", {}).get("path") == "change" for each in steps() if each.place == place)
    }
    assert about


def test_every_variable_of_a_command_comes_from_the_environment() -> None:
    for step in COMMANDS:
        used = set(re.findall(r"\$\{?(\w+)", step.run)) - {"GITHUB_OUTPUT"}
        assert used <= set(step.content.get("env", {})), step.place


def test_files_that_steps_hand_on_are_written_by_a_step() -> None:
    written = set(re.findall(r" > (\S+)", " ".join(f"{step.run} " for step in COMMANDS)))
    assert written == {"preview.md", "drift.md", "health.txt"}
    assert Path(".github/scripts/comment.py").name in {Path(word).name for step in COMMANDS for word in words(step)}
