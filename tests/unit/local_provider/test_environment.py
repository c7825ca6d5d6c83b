"""Environments: built once, shared, rebuilt when broken, taken away when nobody uses them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from providers.engine.values import Fault, Task, Values
from providers.local.environment import RESOURCE
from tests.unit.local_provider.real_stack import RealStack

SMALL = "idna==3.10\n"
Make = Callable[..., tuple[str, Values, Values]]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def make(cache: Path, tmp_path: Path) -> Make:
    """Check and create an environment for a named resource; its identity, inputs and outputs."""

    def made(urn: str = "urn:one", requirements: str = SMALL, **inputs: object) -> tuple[str, Values, Values]:
        asked = {"requirements": requirements, "cache_folder": str(cache), "owner": str(tmp_path), **inputs}
        checked, failures = RESOURCE.check(Task(urn), asked, {})
        assert failures == []
        identity, outputs = RESOURCE.create(Task(urn), checked)
        return identity, checked, {**checked, **outputs}

    return made


@pytest.mark.engine
def test_through_the_engine(stack: RealStack, cache: Path) -> None:
    declared = stack.declare(
        "image", "Environment", requirements=SMALL, cache_folder=str(cache), owner=str(stack.folder)
    )
    stack.up()
    first = stack.outputs("image")
    version = [first["python"], "-c", "import idna; print(idna.__version__)"]
    assert subprocess.check_output(version, text=True).strip() == "3.10"
    assert stack.up() == {"same": 2}

    (Path(first["folder"]) / "bin" / "python").unlink()
    assert stack.up() == {"same": 1, "create": 1}
    assert subprocess.check_output(version, text=True).strip() == "3.10"

    declared.inputs = {**declared.inputs, "requirements": "idna==3.9\n"}
    assert stack.preview() == {"same": 1, "replace": 1}
    assert stack.up() == {"same": 1, "replace": 1}
    second = stack.outputs("image")
    assert second["folder"] != first["folder"]
    assert not Path(first["folder"]).exists()

    stack.destroy()
    assert not Path(second["folder"]).exists()


def test_the_last_user_takes_it_away(make: Make) -> None:
    identity, _, outputs = make("urn:one")
    built = (Path(outputs["folder"]) / "environment.json").stat().st_mtime_ns
    assert make("urn:two")[0] == identity
    assert (Path(outputs["folder"]) / "environment.json").stat().st_mtime_ns == built

    RESOURCE.delete(Task("urn:one"), identity, outputs)
    assert RESOURCE.read(Task("urn:two"), identity, {}, outputs) is not None
    RESOURCE.delete(Task("urn:two"), identity, outputs)
    assert not Path(outputs["folder"]).exists()


def test_it_stays_while_a_process_runs_from_it(make: Make) -> None:
    identity, _, outputs = make()
    running = subprocess.Popen([outputs["python"], "-c", "input()"], stdin=subprocess.PIPE)
    RESOURCE.delete(Task("urn:one"), identity, outputs)
    assert Path(outputs["folder"]).exists()

    running.communicate()
    make("urn:other", "idna==3.9\n")
    assert not Path(outputs["folder"]).exists()


def test_users_of_a_checkout_that_is_gone_count_no_more(make: Make, tmp_path: Path) -> None:
    gone = tmp_path / "clone"
    gone.mkdir()
    _, _, outputs = make("urn:one", owner=str(gone))
    gone.rmdir()
    make("urn:other", "idna==3.9\n")
    assert not Path(outputs["folder"]).exists()


def test_two_that_build_the_same_wait_for_each_other(make: Make) -> None:
    results: list[str] = []
    threads = [threading.Thread(target=lambda n=n: results.append(make(f"urn:{n}")[0])) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 3
    assert len(set(results)) == 1


def test_a_broken_one_is_built_anew(make: Make) -> None:
    identity, _, outputs = make()
    folder = Path(outputs["folder"])
    shutil.rmtree(folder / "lib")
    (folder / "environment.json").unlink()
    assert RESOURCE.read(Task("urn:one"), identity, {}, outputs) is None
    make()
    assert subprocess.run([outputs["python"], "-c", "import idna"], check=False).returncode == 0


@pytest.mark.parametrize(
    ("requirements", "said"),
    [
        (
            "idna==3.10\nno-such-package-of-ours==1.0\n",
            "requirement 'no-such-package-of-ours==1.0' cannot be installed",
        ),
        ("idna==999\n", "requirement 'idna==999' cannot be installed"),
        ("idna ===\n", "requirement 'idna ===' cannot be installed"),
    ],
)
def test_the_requirement_at_fault_is_named(make: Make, cache: Path, requirements: str, said: str) -> None:
    with pytest.raises(Fault) as fault:
        make(requirements=requirements)
    assert str(fault.value).startswith(said)
    assert [path for path in (cache / "environments").iterdir() if path.is_dir()] == []


def test_a_python_that_is_not_to_be_had(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    monkeypatch.setenv("PATH", os.defpath)
    with pytest.raises(Fault, match=r"Python 3\.99 cannot be had on this machine"):
        make(python_version="3.99")


def test_the_running_python_unless_another_is_asked_for(make: Make) -> None:
    _, _, outputs = make()
    version = subprocess.check_output([outputs["python"], "-c", "import sys; print(*sys.version_info[:2])"], text=True)
    assert version.split() == [str(part) for part in sys.version_info[:2]]


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ({"requirements": SMALL, "python_version": "three"}, "python_version"),
        ({"requirements": SMALL, "python_version": "2.7"}, "python_version"),
        ({"requirements": ""}, "requirements"),
        ({}, "requirements"),
    ],
)
def test_bad_inputs_are_named(inputs: Values, named: str) -> None:
    _, failures = RESOURCE.check(Task("urn:one"), inputs, {})
    assert [failure.property for failure in failures] == [named]


def test_an_environment_of_the_deployers_own_does_not_leak_in(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    _, _, outputs = make()
    listed = json.loads((Path(outputs["folder"]) / "environment.json").read_text())
    assert listed["requirements"] == SMALL
