"""One real hub for all tests of the health check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.unit.health.real_hub import RealHub, running_hub


@pytest.fixture(scope="session")
def _one_hub(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHub]:
    with running_hub(tmp_path_factory.mktemp("hub"), tools) as hub:
        yield hub


@pytest.fixture
def hub(_one_hub: RealHub) -> Iterator[RealHub]:
    """A hub without faults and without users; a test that leaves users behind fails."""
    _one_hub.next_server()
    yield _one_hub
    left = _one_hub.users()
    for user in left:
        _one_hub.api("DELETE", f"users/{user}")
    assert left == []
