"""Files beside a state of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployer.rollout.engine.files import Files
from deployer.rollout.engine.settings import EngineSettings


def files_in(folder: Path) -> Files:
    """Beside a state in this folder."""
    return Files(EngineSettings(project="hubs", backend_url=f"file://{folder}", secrets_provider="passphrase"))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return files_in(tmp_path / "state")
