"""Tools from recipes in tools/: Go modules and npm packages, with the real Go and npm."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from deployer.errors import ToolMissing
from deployer.toolchain import Phase, Progress, quiet
from deployer.toolchain.catalogue import catalogue
from deployer.toolchain.ensuring import ensure_tools
from deployer.toolchain.go_build import GoBuild
from deployer.toolchain.npm import NpmInstall
from deployer.toolchain.tool import Tool
from tests.unit.toolchain.widget import VERSION, Served, get, left_over, official, serving, widget

needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="no Go on PATH")


@pytest.fixture
def go_module(tmp_path: Path) -> Path:
    module = tmp_path / "tools" / "widget"
    module.mkdir(parents=True)
    (module / "go.mod").write_text("module widget.example.org\n\ngo 1.21\n")
    (module / "main.go").write_text("package main\n\nvar version string\n\nfunc main() { println(version) }\n")
    return module


def in_go(module: Path) -> GoBuild:
    return GoBuild(module, package="widget.example.org", version_variable="main.version")


@needs_go
def test_what_cannot_be_downloaded_is_built(go_module: Path, cache: Path) -> None:
    # The builtin println writes to standard error, where no version is looked for.
    source = go_module / "main.go"
    source.write_text(
        source.read_text().replace("println(", "os.Stdout.WriteString(").replace("\n\nvar", '\n\nimport "os"\n\nvar')
    )
    steps: list[Progress] = []
    with serving(Served(b"", status=503)) as served:
        found = get(widget(official(served.address, "0" * 64), in_go(go_module)), steps.append)
    assert found.source == "own folder, build from tools/widget/go.mod"
    assert [*dict.fromkeys(step.phase for step in steps)] == [
        Phase.DOWNLOADING,
        Phase.REFUSED,
        Phase.BUILDING,
        Phase.DONE,
    ]
    assert {entry.name for entry in found.path.parents[1].iterdir()} == {"bin", "seal.json"}


@needs_go
def test_a_failed_build_says_what_the_compiler_said(go_module: Path, cache: Path) -> None:
    (go_module / "main.go").write_text("package main\n\nfunc main() { nonsense() }\n")
    with pytest.raises(ToolMissing, match="undefined: nonsense"):
        get(widget(in_go(go_module)))
    assert not left_over(cache)


def test_without_go_or_with_an_old_one_the_way_to_a_new_one_is_told(
    go_module: Path, on_path: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path("go", "go1.19.8")
    with pytest.raises(ToolMissing, match=r"is go1\.19\.8, too old") as missing:
        get(widget(in_go(go_module)))
    assert "install Go 1.21 or newer" in missing.value.remedy
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolMissing, match="no Go on PATH"):
        get(widget(in_go(go_module)))


@dataclass
class Npm:
    """A package of one dependency, in a registry of its own."""

    module: Path
    registry: Served

    def change_lock(self, **entry: str) -> None:
        lock = self.module / "package-lock.json"
        content = json.loads(lock.read_text())
        content["packages"]["node_modules/widget"] |= entry
        lock.write_text(json.dumps(content))


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Npm]:
    package = {"name": "widget", "version": VERSION, "bin": {"widget": "main.js"}}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        files = {"package.json": json.dumps(package), "main.js": f"#!/usr/bin/env node\nconsole.log('{VERSION}')\n"}
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size, member.mode = len(text), 0o755
            tar.addfile(member, io.BytesIO(text.encode()))
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(packed.getvalue()).digest()).decode()
    module = tmp_path / "tools" / "widget"
    module.mkdir(parents=True)
    wanted = {"dependencies": {"widget": VERSION}}
    locked = {"version": VERSION, "integrity": integrity, "bin": package["bin"]}
    (module / "package.json").write_text(json.dumps(wanted))
    packages = {"": wanted, "node_modules/widget": locked}
    (module / "package-lock.json").write_text(json.dumps({"lockfileVersion": 3, "packages": packages}))
    with serving(Served(b"")) as served:
        origin = served.address.removesuffix("/widget.tar.gz")
        document = package | {"dist": {"tarball": f"{origin}/widget.tgz", "integrity": integrity}}
        served.also["/widget.tgz"] = packed.getvalue()
        served.also["/widget"] = json.dumps({"name": "widget", "versions": {VERSION: document}}).encode()
        monkeypatch.setenv("npm_config_registry", origin)
        monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
        # A machine with neither Node nor npm: both come from the Python package.
        monkeypatch.setenv("PATH", "/nowhere")
        yield Npm(module, served)


def with_npm(module: Path) -> list[Tool]:
    return [catalogue()["node"], replace(widget(NpmInstall(module)), needs=("node",))]


def test_npm_installs_with_the_node_that_was_found(npm: Npm) -> None:
    found = ensure_tools(with_npm(npm.module), progress=quiet)
    assert found["widget"].source == "own folder, npm ci from tools/widget/package-lock.json"
    ran = subprocess.run([found["node"].path, found["widget"].path], capture_output=True, text=True)
    assert ran.stdout == f"{VERSION}\n"


def test_a_package_other_than_the_locked_one_is_refused(npm: Npm, cache: Path) -> None:
    npm.change_lock(integrity="sha512-" + "A" * 86 + "==")
    with pytest.raises(ToolMissing, match=r"Integrity checksum failed"):
        ensure_tools(with_npm(npm.module), progress=quiet)
    assert not left_over(cache)


def test_npm_offline_asks_nobody(npm: Npm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBS_OFFLINE", "1")
    with pytest.raises(ToolMissing, match="ENOTCACHED"):
        ensure_tools(with_npm(npm.module), progress=quiet)
    assert npm.registry.asked == []


def test_a_tool_whose_need_is_missing_says_so(tmp_path: Path) -> None:
    node = replace(widget(), name="node")
    tool = replace(widget(NpmInstall(tmp_path)), needs=("node",))
    with pytest.raises(ToolMissing) as missing:
        ensure_tools([node, tool], progress=quiet)
    assert "needs node: which could not be had" in missing.value.fault
