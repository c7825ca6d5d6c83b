"""`deployer tools`, as people and programs see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deployer.toolchain.catalogue import catalogue

DEPLOYER = Path(sys.executable).with_name("deployer")
PutOnPath = Callable[..., Path]


def deployer(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DEPLOYER, *words], capture_output=True, text=True, timeout=60)


@pytest.fixture
def everything(on_path: PutOnPath) -> dict[str, Path]:
    versions = {"node": "v22.1.0"} | {name: catalogue()[name].version for name in ("pulumi", "configurable-http-proxy")}
    return {name: on_path(name, version) for name, version in versions.items()}


def test_the_list_has_a_line_a_tool_that_can_be_copied(everything: dict[str, Path]) -> None:
    done = deployer("tools")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(catalogue())
    for line, path in zip(
        lines[:3], (everything[name] for name in ("pulumi", "node", "configurable-http-proxy")), strict=True
    ):
        assert f" {path}  (PATH)" in line
    for line in lines[3:]:  # nothing is amiss when these are missing
        assert line.split()[1] == "optional"
    assert done.stderr == ""


def test_the_list_for_programs(everything: dict[str, Path]) -> None:
    listed = json.loads(deployer("tools", "--json").stdout)
    needed = {tool["name"]: tool["path"] for tool in listed if not tool["optional"]}
    assert needed == {name: str(path) for name, path in everything.items()}
    assert listed[1] == {
        "name": "node",
        "wanted": "20 or newer",
        "optional": False,
        "found": "22.1.0",
        "source": "PATH",
        "path": str(everything["node"]),
        "how": "install the Python package that brings one: pip install --editable '.[local]'",
        "looked_in": [],
    }


def test_what_is_missing_is_said_with_the_command_that_gets_it(on_path: PutOnPath) -> None:
    on_path("pulumi", "v3.100.0")
    done = deployer("tools")
    assert done.returncode == 0
    assert "would come by official download, else build from tools/pulumi/go.mod" in done.stdout
    assert done.stderr == "missing: pulumi, configurable-http-proxy; get them: deployer tools install\n"


def test_installing_what_is_there_names_it_and_does_nothing(everything: dict[str, Path]) -> None:
    done = deployer("tools", "install")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"{name}: {everything[name]}" for name in ("pulumi", "node", "configurable-http-proxy")
    ]
    assert json.loads(deployer("tools", "install", "node", "--json").stdout) == {"node": str(everything["node"])}


def test_the_path_finds_the_tools_first(on_path: PutOnPath) -> None:
    on_path("pulumi", "v3.100.0")
    right = on_path("pulumi", catalogue()["pulumi"].version)
    done = deployer("tools", "path", "pulumi")
    assert done.stdout.strip() == f"{right.parent}:{os.environ['PATH']}"
    listed = json.loads(deployer("tools", "path", "pulumi", "--json").stdout)
    assert listed == {"folders": [str(right.parent)], "path": done.stdout.strip()}


def test_an_unknown_tool_is_bad_input() -> None:
    done = deployer("tools", "install", "pulimi")
    assert done.returncode == 2
    assert "no tool named 'pulimi'" in done.stderr
    assert "pulumi, node, configurable-http-proxy" in done.stderr
    assert done.stderr.rstrip().endswith("helm, kubernetes, secrets")
