"""The program that has environments of repositories, run as the hub runs it, with a real git and a real uv."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from providers.local.runtime.binder_builds import build_environment
from tests.git_server import GitServer, git_server

BACKEND = """import zipfile
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "example-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel_directory + "/" + name, "w") as wheel:
        wheel.write("example.py")
        wheel.writestr("example-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: example\\nVersion: 1.0\\n")
        wheel.writestr("example-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("example-1.0.dist-info/RECORD", "")
    return name
"""
PYPROJECT = """[project]
name = "example"
version = "1.0"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
Run = Callable[..., tuple[list[str], dict[str, Any]]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    with git_server(tmp_path_factory.mktemp("git")) as running:
        yield running


@pytest.fixture
def run(tmp_path: Path, server: GitServer) -> Run:
    """Carry out a plan: what was said, and the last line."""
    base, hub = tmp_path / "base", tmp_path / "hub"
    base.mkdir()
    hub.mkdir()
    python = "{}.{}".format(*sys.version_info)
    (base / "environment.json").write_text(json.dumps({"python": python, "requirements": "attrs==26.1.0\n"}))

    def carried_out(address: str, ref: str = "HEAD", *, build: bool = True) -> tuple[list[str], dict[str, Any]]:
        plan = {
            "build": build,
            "address": address,
            "ref": ref,
            "base": str(base),
            "cache": str(tmp_path / "cache"),
            "repositories": str(hub / "repositories"),
            "hub": str(hub),
        }
        own = {**os.environ, "GIT_SSL_CAINFO": str(server.certificate), "HUBS_SECRET": "leaked"}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "providers.local.repository_program"],
            input=json.dumps(plan),
            env=build_environment(own),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return [line["message"] for line in lines[:-1]], lines[-1]

    return carried_out


def imports(environment: str, statement: str) -> str:
    return subprocess.check_output([f"{environment}/bin/python", "-I", "-c", statement], text=True, cwd="/").strip()


def test_built_once_and_then_found(run: Run, server: GitServer) -> None:
    address = server.repository("once", {"requirements.txt": "idna==3.10\n", "notebook.txt": "hello"})
    said, looked = run(address, build=False)
    assert looked["made"]["environment"] == ""
    assert said == [f"fetching {address} at {server.commit('once')[:10]}"]

    said, built = run(address, "main")
    assert imports(built["made"]["environment"], "import idna, attr; print(idna.__version__)") == "3.10"
    assert (Path(built["made"]["files"]) / "notebook.txt").read_text() == "hello"
    assert any(text.startswith("Installed") for text in said)

    requests = len(server.asked)
    said, found = run(address, server.commit("once"), build=False)
    assert found == built
    assert said == []
    assert len(server.asked) == requests, "a commit that is there needs nobody else"

    other = server.repository("same-packages", {"requirements.txt": "idna==3.10\n"})
    _, shared = run(other, build=False)
    assert shared["made"]["environment"] == built["made"]["environment"]
    assert shared["made"]["files"] != built["made"]["files"]


def test_branches_tags_and_commits(run: Run, server: GitServer) -> None:
    address = server.repository("refs", {"requirements.txt": "idna==3.10\n"})
    first = server.commit("refs")
    server.repository("refs", {"requirements.txt": "idna==3.9\n"}, branch="feature/old")
    for ref, commit in (("main", first), ("feature/old", server.commit("refs")), (first, first)):
        _, told = run(address, ref, build=False)
        assert told["made"]["commit"] == commit
        head = ["git", "-C", told["made"]["files"], "rev-parse", "HEAD"]
        assert subprocess.check_output(head, text=True).strip() == commit


def test_its_own_package_is_installed(run: Run, server: GitServer) -> None:
    files = {"pyproject.toml": PYPROJECT, "backend.py": BACKEND, "example.py": "answer = 42\n"}
    _, told = run(server.repository("package", files))
    assert imports(told["made"]["environment"], "import example; print(example.answer)") == "42"


def test_what_conda_asks_for(run: Run, server: GitServer) -> None:
    _, told = run(server.repository("conda", {"environment.yml": "dependencies: [python, idna=3.10]\n"}))
    assert imports(told["made"]["environment"], "import idna; print(idna.__version__)") == "3.10"


def test_what_cannot_be_is_told_in_a_sentence(run: Run, server: GitServer) -> None:
    assert run(f"{server.url}/nothing")[1]["refused"].startswith(f"{server.url}/nothing cannot be read: ")
    address = server.repository("faulty", {"requirements.txt": "idna==999\n"})
    assert run(address)[1]["refused"].startswith("requirement 'idna==999' cannot be installed: ")
    assert run(address, "nowhere")[1]["refused"] == f"{address} has no branch, tag or commit 'nowhere'"
    assert "cannot be read" in run(address, "0" * 40)[1]["refused"]
