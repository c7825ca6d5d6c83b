"""The machine: whose its folder is, and what may be asked of it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from providers.engine.values import Fault, Task, Values
from providers.local.machine import RESOURCE
from tests.unit.local_provider.real_stack import RealStack

MACHINE = Task("urn:pulumi:demo-cluster::hubs::localhub:index:Machine::demo")
Check = Callable[..., tuple[Values, list[str]]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Inputs as checked, and what is wrong with them."""

    def checked(task: Task = MACHINE, **inputs: object) -> tuple[Values, list[str]]:
        asked = {"folder": str(tmp_path / "machine"), "owner": str(tmp_path), **inputs}
        news, failures = RESOURCE.check(task, asked, {})
        return news, [f"{failure.property}: {failure.reason}" for failure in failures]

    return checked


@pytest.mark.engine
def test_through_the_engine(stack: RealStack) -> None:
    folder = stack.machine(cpu=4096, memory_gib=1_000_000)
    said = stack.fails("preview")
    assert "property cpu value {4096} has a problem: asks for 4096, but this machine has" in said
    assert "property memory_gib" in said
    assert not folder.exists()

    stack.machine(memory_gib=0.25)
    stack.up()
    made = stack.outputs("machine")
    assert (made["memory_gib"], made["user"]) == (0.25, getpass.getuser())
    assert made["cpu"] == (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    assert made["limits"] in {"enforced", "advisory"}
    assert made["limits_reason"]

    (folder / "machine.json").unlink()
    folder.rmdir()
    stack.machine(memory_gib=0.25, cpu=0.5)
    assert stack.up() == {"same": 1, "create": 1}
    stack.machine()
    assert stack.up() == {"same": 1, "update": 1}
    assert stack.outputs("machine")["memory_gib"] == pytest.approx(psutil.virtual_memory().total / 2**30, abs=0.01)

    stack.destroy()
    assert not folder.exists()


@pytest.mark.parametrize("inputs", [{"cpu": 0}, {"cpu": -1}, {"cpu": "two"}, {"memory_gib": 0}])
def test_a_budget_is_a_number_above_0(check: Check, inputs: Values) -> None:
    _, wrong = check(**inputs)
    assert [line.partition(" ")[2] for line in wrong] == [f"{next(iter(inputs.values()))!r} is not a number above 0"]


def test_a_folder_that_cannot_be_used(check: Check, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert check(folder="machine")[1] == ["folder: 'machine' is not an absolute path"]
    assert check(folder=str(tmp_path / "file"))[1][0].startswith(f"folder: {tmp_path}/file is not a directory")
    assert check(folder=str(tmp_path / "file" / "machine"))[1][0].startswith(f"folder: {tmp_path}/file is not a dir")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(check: Check, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    assert "cannot be written to by" in check(folder=str(tmp_path / "closed" / "machine"))[1][0]


def test_a_folder_with_other_files_is_left_alone(check: Check, tmp_path: Path) -> None:
    (tmp_path / "machine").mkdir()
    (tmp_path / "machine" / "thesis.txt").write_text("mine")
    inputs, wrong = check()
    assert "holds files that are not of this project" in wrong[0]
    with pytest.raises(Fault, match="holds files that are not of this project"):
        RESOURCE.create(MACHINE, inputs)


def test_a_folder_belongs_to_one_machine_of_one_checkout(check: Check, tmp_path: Path) -> None:
    RESOURCE.create(MACHINE, check()[0])
    other_checkout = tmp_path / "clone"
    other_checkout.mkdir()
    assert check()[1] == []
    assert f"belongs to 'demo' of {tmp_path}" in check(owner=str(other_checkout))[1][0]
    assert "belongs to 'demo'" in check(Task(MACHINE.urn + "-2"))[1][0]


def test_a_checkout_that_moved_keeps_its_folder(check: Check, tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    RESOURCE.create(MACHINE, check(owner=str(before))[0])
    before.rename(tmp_path / "after")
    assert check(owner=str(tmp_path / "after"))[1] == []


def test_data_outlives_the_machine_and_is_found_again(check: Check, tmp_path: Path) -> None:
    inputs, _ = check()
    identity, outputs = RESOURCE.create(MACHINE, inputs)
    precious = tmp_path / "machine" / "homes" / "demo-staging" / "ada" / "work.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("precious")
    (tmp_path / "machine" / "scratch" / "demo-staging").mkdir(parents=True)

    RESOURCE.delete(MACHINE, identity, {**inputs, **outputs})
    assert not (tmp_path / "machine" / "scratch").exists()
    assert precious.read_text() == "precious"
    assert check()[1] == []
