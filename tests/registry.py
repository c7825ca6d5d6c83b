"""A container registry for tests: a real, small one, built once for the machine and started where it is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from providers.cache_folder import cache_folder

MODULE = Path(__file__).parent / "charts_registry"
PACKAGE = "github.com/google/go-containerregistry/cmd/registry"


@pytest.fixture
def registry() -> Iterator[str]:
    """Its address on this machine, host and port; empty when it starts, and forgotten when it ends."""
    if reason := why_not():
        pytest.skip(reason)
    process = subprocess.Popen([build(), "-port", "0"], stderr=subprocess.PIPE, text=True)
    try:
        address = _address(process)
        _wait(address)
        yield address
    finally:
        process.kill()
        process.wait()


def why_not() -> str | None:
    """What is missing to build one here; None where there can be one."""
    return None if shutil.which("go") or _executable().exists() else "the registry is built by Go"


def build(tell: Callable[[str], None] = str) -> Path:
    """Its program, built when nobody did before. Raises CalledProcessError."""
    executable = _executable()
    executable.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{executable}.lock"):
        if not executable.exists():
            tell("registry: building it, once for this machine")
            draft = executable.with_suffix(".draft")
            environment = {**os.environ, "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
            subprocess.run(["go", "build", "-o", draft, PACKAGE], cwd=MODULE, env=environment, check=True)
            draft.replace(executable)
    return executable


def _executable() -> Path:
    return cache_folder() / "tests" / "registry"


def _address(process: subprocess.Popen[str]) -> str:
    """As it says itself when it has taken a port."""
    assert process.stderr is not None
    for line in process.stderr:
        if "port" in line:
            return f"localhost:{line.rpartition('port')[2].strip()}"
    raise AssertionError("the registry told no port")


def _wait(address: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            httpx.get(f"http://{address}/v2/").raise_for_status()
            return
        except httpx.HTTPError:
            assert time.monotonic() < deadline, "the registry does not answer"
            time.sleep(0.05)
