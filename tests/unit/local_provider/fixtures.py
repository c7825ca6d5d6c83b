"""What tests of the provider share: a real engine on PATH, stacks, and the hub's own software, built once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployer.toolchain import ensure
from tests.unit.local_provider.real_hub import RealHub, hub_software
from tests.unit.local_provider.real_stack import RealStack


@pytest.fixture(scope="session")
def engine() -> Iterator[None]:
    """The engine, the provider, Node and the proxy, found on PATH."""
    tools = ensure(["pulumi", "node", "configurable-http-proxy"])
    folders = [Path(sys.executable).parent, *(path.parent for path in tools.values())]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([*map(str, folders), os.environ["PATH"]]))
        yield


@pytest.fixture
def stack(engine: None, tmp_path: Path) -> Iterator[RealStack]:
    """An empty stack; what it still has at the end is destroyed."""
    stack = RealStack(tmp_path)
    yield stack
    if "localhub:index:" in stack.state_text():
        stack.forget_pending()
        stack.destroy()


@pytest.fixture
def hub(stack: RealStack) -> RealHub:
    """A hub that is declared and not yet deployed."""
    return RealHub(stack, hub_software())
