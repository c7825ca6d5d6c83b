"""The engine wrapper, with the real engine and resources that are files."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pulumi
import pytest

from deployer.errors import DeployerError, EngineFailed, Interrupted
from deployer.rollout.progress import Note, ResourceDone

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore:Error in event stream")]
STACK = "demo-staging"
LOCKS = "state/.pulumi/locks/organization/trial/demo-staging"


def poll(condition: Callable[[], Any], *, seconds: float = 20) -> Any:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def test_preview_of_a_new_stack_leaves_nothing(bench: Any) -> None:
    outcome = bench.engine.preview(STACK, bench.program(one={}, two={}))

    assert [(change.operation, change.kind, change.name) for change in outcome.changes] == [
        ("create", "File", "one"),
        ("create", "File", "two"),
    ]
    assert outcome.changes[0].inputs["path"] == str(bench.file("one"))
    assert not list((bench.folder / "state").glob(".pulumi/stacks/*/*.json"))
    assert not bench.file("one").exists()


def test_up_again_update_and_destroy(bench: Any) -> None:
    first = bench.engine.up(STACK, bench.program(one={}, two={}))
    assert bench.file("two").exists()
    assert first.outputs == {"last": str(bench.file("two")), "word": "pssst", "facts": {"number": 1}}
    assert bench.engine.outputs(STACK) == first.outputs
    assert [event.name for event in bench.events if isinstance(event, ResourceDone)] == ["one", "two"]

    again = bench.engine.up(STACK, bench.program(one={}, two={}))
    assert {change.operation for change in again.changes} == {"same"}
    assert again.outputs == first.outputs

    looked = bench.engine.preview(STACK, bench.program(one={}, two={"seconds": 0.01}))
    assert {change.name: change.operation for change in looked.changes} == {"one": "same", "two": "update"}

    gone = bench.engine.destroy(STACK)
    assert [change.name for change in gone.changes] == ["two", "one"]
    assert bench.engine.backend.stack(STACK) is None
    assert not bench.file("one").exists()
    assert bench.engine.destroy(STACK).changes == ()


def test_the_first_run_makes_a_passphrase_that_only_its_owner_reads(bench: Any) -> None:
    bench.engine.up(STACK, bench.program())

    passphrase = bench.folder / "state/passphrase"
    assert stat.S_IMODE(passphrase.stat().st_mode) == 0o600
    said = [event.text for event in bench.events if isinstance(event, Note)]
    assert any(str(passphrase) in text for text in said)
    assert not any(passphrase.read_text() in text for text in said)
    state = (bench.folder / "state/.pulumi/stacks/trial/demo-staging.json").read_text()
    assert "pssst" not in state


def test_drift_is_seen_and_mended(bench: Any) -> None:
    bench.engine.up(STACK, bench.program(one={}, two={}))
    bench.file("one").unlink()

    looked = bench.engine.preview(STACK, bench.program(one={}, two={}))
    assert [(change.operation, change.name) for change in looked.drifted] == [("delete", "one")]
    assert not bench.file("one").exists()

    bench.engine.up(STACK, bench.program(one={}, two={}))
    assert bench.file("one").exists()

    bench.file("two").unlink()
    refreshed = bench.engine.refresh(STACK)
    assert [(change.operation, change.name) for change in refreshed.drifted] == [("delete", "two")]
    assert not bench.file("two").exists()


def test_a_fault_names_resource_reason_and_what_is_kept(bench: Any) -> None:
    with pytest.raises(EngineFailed) as failed:
        bench.engine.up(STACK, bench.program(one={}, two={"fault": "quota of files is 0"}, three={}))

    assert failed.value.fault == "demo-staging: File 'two' could not be created: quota of files is 0"
    assert failed.value.left == "done before that and kept: File 'one' created"
    bench.engine.up(STACK, bench.program(one={}, two={}, three={}))
    assert bench.file("three").exists()


def test_a_fault_of_the_program_comes_without_its_traceback(bench: Any) -> None:
    def program() -> None:
        raise LookupError("no image named 'basse'")

    with pytest.raises(EngineFailed) as failed:
        bench.engine.up(STACK, program)

    assert failed.value.fault == "demo-staging: no image named 'basse'"


def test_a_plugin_that_is_not_there_comes_with_the_command_that_gets_it(bench: Any) -> None:
    def program() -> None:
        options = pulumi.ResourceOptions(version="1.2.3")
        pulumi.CustomResource("nowhere:index:Thing", "thing", {}, options)

    with pytest.raises(EngineFailed) as error:
        bench.engine.preview(STACK, program)
    assert "the engine has no provider plugin for nowhere (pulumi-resource-nowhere 1.2.3)" in error.value.fault
    assert re.search(r"PULUMI_HOME=\S+ \S+ plugin install resource nowhere 1\.2\.3;", error.value.remedy)


def test_a_wrong_passphrase(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.engine.up(STACK, bench.program())
    before = (bench.folder / "state/.pulumi/stacks/trial/demo-staging.json").read_bytes()
    (bench.folder / "state/passphrase").write_text("another", encoding="utf-8")

    with pytest.raises(EngineFailed, match="the passphrase does not open its state"):
        bench.engine.up(STACK, bench.program())
    assert (bench.folder / "state/.pulumi/stacks/trial/demo-staging.json").read_bytes() == before


def test_a_lost_passphrase_is_not_made_anew(bench: Any, another: Callable[[], Any]) -> None:
    bench.engine.up(STACK, bench.program())
    (bench.folder / "state/passphrase").unlink()

    with pytest.raises(DeployerError, match=r"the passphrase of the state in .* is gone"):
        another().up(STACK, bench.program())
    assert not (bench.folder / "state/passphrase").exists()


@pytest.mark.parametrize(("file", "version"), [("stacks/trial/demo-staging.json", 99), ("meta.yaml", 2)])
def test_a_newer_state(bench: Any, file: str, version: int) -> None:
    bench.engine.up(STACK, bench.program())
    path = bench.folder / "state/.pulumi" / file
    if path.suffix == ".json":
        path.write_text(json.dumps({**json.loads(path.read_text()), "version": version}), encoding="utf-8")
    else:
        path.write_text(f"version: {version}\n", encoding="utf-8")
    before = path.read_bytes()

    with pytest.raises(DeployerError, match="written by a newer version of the engine"):
        bench.engine.up(STACK, bench.program())
    assert path.read_bytes() == before


@pytest.mark.parametrize("kept", [".bak", "history", "nothing"])
def test_a_state_that_a_full_disk_cut_off(bench: Any, kept: str) -> None:
    bench.engine.up(STACK, bench.program(one={}))
    stacks = bench.folder / "state/.pulumi/stacks/trial"
    (stacks / "demo-staging.json").write_text('{"version": 3, "checkpo', encoding="utf-8")
    if kept != ".bak":
        (stacks / "demo-staging.json.bak").write_text("", encoding="utf-8")
    if kept == "nothing":
        shutil.rmtree(bench.folder / "state/.pulumi/history")

    bench.engine.up(STACK, bench.program(one={}))

    assert [resource.type for resource in bench.engine.backend.stack(STACK).resources].count("trial:index:File") == 1
    said = [event.text for event in bench.events if isinstance(event, Note) and event.severity == "warning"]
    assert any("its state was cut off" in text for text in said)


def lock(bench: Any, *, pid: int, hostname: str) -> Path:
    path: Path = bench.folder / LOCKS / "0b6a.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = {"pid": pid, "username": "ada", "hostname": hostname, "timestamp": "2026-11-20T13:00:00.5Z"}
    path.write_text(json.dumps(entry), encoding="utf-8")
    return path


def test_the_lock_of_a_dead_run_is_cleared(bench: Any) -> None:
    bench.engine.up(STACK, bench.program())
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    path = lock(bench, pid=ended.pid, hostname=os.uname().nodename)

    bench.engine.up(STACK, bench.program())

    assert not path.exists()
    said = [event.text for event in bench.events if isinstance(event, Note)]
    assert any(f"process {ended.pid}" in text for text in said)


def test_a_lock_of_another_machine_is_named_with_the_command_that_clears_it(bench: Any) -> None:
    bench.engine.up(STACK, bench.program())
    path = lock(bench, pid=1, hostname="elsewhere")

    with pytest.raises(EngineFailed) as failed:
        bench.engine.up(STACK, bench.program())

    assert failed.value.fault.startswith(
        "demo-staging is locked by another run: ada on elsewhere, process 1, since 2026-"
    )
    assert "deployer unlock trial" in failed.value.remedy
    assert path.exists()


def interrupted(bench: Any, *, times: int) -> Interrupted:
    """Bring up a slow stack and press Ctrl-C while its second resource is being made."""

    def press() -> None:
        poll(bench.file("two.begun").exists)
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.3)

    pressing = threading.Thread(target=press)
    with bench.interruption.heeded():
        pressing.start()
        with pytest.raises(Interrupted) as raised:
            bench.engine.up(STACK, bench.program(one={}, two={"seconds": 2 if times == 1 else 60}, three={}))
    pressing.join()
    return raised.value


def test_ctrl_c_once_ends_what_is_in_progress_and_releases_the_lock(bench: Any, another: Callable[[], Any]) -> None:
    error = interrupted(bench, times=1)

    assert "File 'one' created" in error.left
    assert bench.file("two").exists()
    assert not bench.file("three").exists()
    assert not list((bench.folder / LOCKS).glob("*.json"))
    assert not bench.engine.backend.stack(STACK).pending
    another().up(STACK, bench.program(one={}, two={}, three={}))
    assert bench.file("three").exists()


def test_ctrl_c_twice_ends_at_once_and_the_next_run_goes_on(bench: Any, another: Callable[[], Any]) -> None:
    began = time.monotonic()
    interrupted(bench, times=2)

    assert time.monotonic() - began < 20
    assert not [process for process in psutil.Process().children(recursive=True) if "pulumi" in process.name()]
    another().up(STACK, bench.program(one={}, two={}, three={}))
    assert bench.file("three").exists()
    assert not bench.engine.backend.stack(STACK).pending
