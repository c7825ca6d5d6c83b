"""Directories: people's files outlive everything but a clear order."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from providers.engine.values import Fault, Task, Values
from providers.local.directory import RESOURCE
from tests.unit.local_provider.real_stack import RealStack

TASK = Task("urn:pulumi:demo-staging::hubs::localhub:index:Directory::homes")
Make = Callable[..., tuple[Path, Values]]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    folder = tmp_path / "machine"
    folder.mkdir()
    (folder / "machine.json").write_text("{}")
    return folder


@pytest.fixture
def make(machine: Path) -> Make:
    """Check and create; the directory and its outputs."""

    def made(**inputs: object) -> tuple[Path, Values]:
        asked = {"path": str(machine / "homes" / "demo-staging"), "purpose": "homes", **inputs}
        checked, failures = RESOURCE.check(TASK, asked, {})
        assert failures == []
        identity, outputs = RESOURCE.create(TASK, checked)
        return Path(identity), {**checked, **outputs}

    return made


@pytest.mark.engine
def test_through_the_engine(stack: RealStack) -> None:
    path = stack.machine() / "homes" / "demo-staging"
    homes = stack.declare("homes", "Directory", path=str(path), purpose="homes")
    assert stack.preview() == {"create": 3}
    assert not path.exists()
    stack.up()
    assert stat.S_IMODE(path.stat().st_mode) == 0o700

    path.rmdir()
    assert stack.up() == {"same": 2, "create": 1}
    (path / "work.txt").write_text("precious")
    stack.destroy()
    assert (path / "work.txt").read_text() == "precious"
    assert f"kept: {path}" in "".join(stack.said)

    stack.up()
    homes.inputs = {**homes.inputs, "keep": False}
    assert stack.up() == {"same": 2, "update": 1}
    assert (path / "work.txt").read_text() == "precious"
    stack.destroy()
    assert not path.exists()


def test_an_empty_directory_leaves_nothing(make: Make, machine: Path) -> None:
    path, outputs = make()
    RESOURCE.delete(TASK, str(path), outputs)
    assert [entry.name for entry in machine.iterdir()] == ["machine.json"]


def test_deleting_never_follows_a_link(make: Make, tmp_path: Path) -> None:
    path, outputs = make(keep=False)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "work.txt").write_text("precious")
    (path / "link").symlink_to(outside)
    RESOURCE.delete(TASK, str(path), outputs)
    assert not path.exists()
    assert (outside / "work.txt").read_text() == "precious"


@pytest.mark.parametrize("linked", ["homes", "homes/demo-staging"])
def test_a_link_on_the_way_is_refused(make: Make, machine: Path, tmp_path: Path, linked: str) -> None:
    outside = tmp_path / "outside"
    (outside / "demo-staging").mkdir(parents=True)
    (outside / "demo-staging" / "work.txt").write_text("precious")
    (machine / linked).parent.mkdir(exist_ok=True)
    (machine / linked).symlink_to(outside if linked == "homes" else outside / "demo-staging")
    with pytest.raises(Fault, match="is a symbolic link"):
        make()
    inputs = {"path": str(machine / "homes" / "demo-staging"), "purpose": "homes", "keep": False}
    with pytest.raises(Fault, match="is a symbolic link"):
        RESOURCE.delete(TASK, inputs["path"], inputs)
    assert (outside / "demo-staging" / "work.txt").exists()


def test_a_link_in_its_place_is_drift(make: Make, tmp_path: Path) -> None:
    path, outputs = make()
    path.rmdir()
    assert RESOURCE.read(TASK, str(path), {}, outputs) is None
    path.symlink_to(tmp_path)
    assert RESOURCE.read(TASK, str(path), {}, outputs) is None


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"path": "/etc", "purpose": "homes"}, "path: /etc is outside a machine's folder"),
        ({"path": "/m/homes/../../etc", "purpose": "homes"}, "outside a machine's folder"),
        ({"path": "/m/shared/demo-staging", "purpose": "homes"}, "outside a machine's folder"),
        ({"path": "/m/homes/a/b/c", "purpose": "homes"}, "outside a machine's folder"),
        ({"path": "homes/demo", "purpose": "homes"}, "is not an absolute path"),
        ({"path": "/m/homes/demo", "purpose": "attic"}, "purpose: 'attic' is none of homes, shared, scratch"),
        ({"path": "/m/homes/demo", "purpose": "homes", "mode": "rwx"}, "mode: 'rwx' is not a mode"),
    ],
)
def test_bad_inputs_are_named(inputs: Values, said: str) -> None:
    _, failures = RESOURCE.check(TASK, inputs, {})
    assert len(failures) == 1
    assert said in f"{failures[0].property}: {failures[0].reason}"


def test_the_machine_comes_first(make: Make, machine: Path) -> None:
    (machine / "machine.json").unlink()
    with pytest.raises(Fault, match=r"machine\.json is missing"):
        make()
    assert list(machine.iterdir()) == []
