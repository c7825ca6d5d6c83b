"""Where tools are looked for, and what counts as found."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deployer.errors import BadInput
from deployer.toolchain import ensure, inventory, names, search_path
from deployer.toolchain.catalogue import catalogue
from deployer.toolchain.finding import Nowhere, find, node_wheel

PutOnPath = Callable[..., Path]


def pulumi_version() -> str:
    return catalogue()["pulumi"].version


def test_the_pinned_version_on_path_is_used(on_path: PutOnPath) -> None:
    engine = on_path("pulumi", f"v{pulumi_version()}")
    assert ensure(["pulumi"]) == {"pulumi": engine}
    assert search_path(["pulumi"]) == [], "PATH leads to it already"


def test_a_right_version_behind_a_wrong_one_counts_and_comes_first(on_path: PutOnPath) -> None:
    on_path("pulumi", "v3.100.0")
    right = on_path("pulumi", f"v{pulumi_version()}")
    assert ensure(["pulumi"]) == {"pulumi": right}
    assert search_path(["pulumi"]) == [right.parent]


@pytest.mark.parametrize(
    ("said", "code", "reason"),
    [
        ("v3.100.0", 0, "is 3.100.0, not "),
        ("v3.232.0-alpha.1", 0, "is 3.232.0-alpha.1, not "),
        ("v3.232.0", 1, "tells no version (exit code 1)"),
        ("who knows", 0, "tells no version (exit code 0): who knows"),
    ],
)
def test_what_is_unfit_on_path_is_named(on_path: PutOnPath, said: str, code: int, reason: str) -> None:
    engine = on_path("pulumi", said, code=code)
    with pytest.raises(Nowhere) as nowhere:
        find(catalogue()["pulumi"], {})
    assert reason in nowhere.value.attempts[0].reason
    assert engine.name in nowhere.value.attempts[0].reason


def test_a_version_is_asked_once_until_the_file_changes(on_path: PutOnPath) -> None:
    engine = on_path("pulumi", f"v{pulumi_version()}")
    runs = engine.parent / "runs"
    for _ in range(3):
        ensure(["pulumi"])
    assert runs.read_text().count("run") == 1
    os.utime(engine, (1, 1))
    ensure(["pulumi"])
    assert runs.read_text().count("run") == 2


def test_relative_folders_of_path_do_not_count(on_path: PutOnPath, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = on_path("pulumi", f"v{pulumi_version()}")
    monkeypatch.chdir(engine.parent)
    monkeypatch.setenv("PATH", ".:/usr/bin:/bin")
    with pytest.raises(Nowhere, match="no pulumi on it"):
        find(catalogue()["pulumi"], {})


def test_node_too_old_on_path_gives_way_to_the_wheel(on_path: PutOnPath) -> None:
    on_path("node", "v18.19.0")
    wheel = node_wheel()
    assert wheel is not None
    found = find(catalogue()["node"], {})
    assert found.path == wheel / "bin" / "node"
    assert int(found.version.split(".")[0]) >= 20
    assert search_path(["node"]) == [wheel / "bin"]


def test_node_new_enough_on_path_is_used(on_path: PutOnPath) -> None:
    node = on_path("node", "v99.0.1")
    assert ensure(["node"]) == {"node": node}


def test_what_a_tool_needs_comes_along(on_path: PutOnPath) -> None:
    node = on_path("node", "v22.0.0")
    proxy = on_path("configurable-http-proxy", catalogue()["configurable-http-proxy"].version)
    assert ensure(["configurable-http-proxy"]) == {"node": node, "configurable-http-proxy": proxy}


def test_the_inventory_says_how_a_missing_tool_would_be_had(on_path: PutOnPath) -> None:
    on_path("pulumi", "v3.100.0")
    engine = next(tool for tool in inventory() if tool.name == "pulumi")
    assert engine.found is None
    assert engine.installable
    assert engine.how == "official download, else build from tools/pulumi/go.mod"
    assert [attempt.way for attempt in engine.attempts] == ["PATH", "own folder"]


def test_an_unknown_tool_is_bad_input() -> None:
    with pytest.raises(BadInput, match="no tool named 'pulimi'"):
        ensure(["pulimi"])
    assert names() == ["pulumi", "node", "configurable-http-proxy"]


def test_importing_is_cheap_and_finding_starts_nothing(on_path: PutOnPath) -> None:
    """What every command pays for: no heavy library, and with everything in place no process and no connection."""
    on_path("pulumi", f"v{pulumi_version()}")
    ensure(["pulumi"])
    code = """
import sys
import deployer.toolchain
heavy = {"pydantic", "httpx", "click", "rich", "yaml", "filelock", "pulumi"} & set(sys.modules)
assert not heavy, heavy
def watch(event, arguments):
    assert event not in ("subprocess.Popen", "os.posix_spawn", "os.fork", "socket.connect"), (event, arguments)
sys.addaudithook(watch)
deployer.toolchain.ensure(["pulumi"])
heavy = {"httpx", "filelock", "tarfile", "concurrent.futures"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
