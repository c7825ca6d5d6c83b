"""Files beside a state of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployer.rollout.engine.files import Files
from deployer.rollout.engine.settings import EngineSettings


@pytest.fixture
def files(tmp_path: Path) -> Files:
    settings = EngineSettings(project="hubs", backend_url=f"file://{tmp_path / 'state'}", secrets_provider="passphrase")
    return Files(settings)
