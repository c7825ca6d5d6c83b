"""The server of homes: where it is found, and whose folders have a quota."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from components.hub import layout
from components.support.home_server import server_address
from components.support.quotas import HOMES, quota_snippet
from schemas.community import Deployment

PATIENCE_SECONDS = 20
ENFORCER = """
import sys, time
from traitlets.config import Config
c = Config()
exec(sys.argv[1])
print(c.QuotaManager.paths, flush=True)
time.sleep(60)
sys.exit(9)
"""


@pytest.mark.parametrize(
    ("cidr", "address"), [("10.8.0.0/20", "10.8.0.11"), ("172.20.0.0/16", "172.20.0.11"), ("10.0.0.0/27", "10.0.0.11")]
)
def test_the_address_is_chosen_from_the_range_of_services(cidr: str, address: str) -> None:
    assert server_address(cidr) == address


def test_quotas_are_on_the_folders_that_hubs_mount() -> None:
    deployment = Deployment.model_construct(community="ocean", stage="prod")
    assert Path(layout.homes_folder(deployment)).match(HOMES)


def started(export: Path, seconds: float) -> subprocess.Popen[str]:
    """The enforcer; it says first which folders it looks after. In a process of its own, since it may end itself."""
    command = [sys.executable, "-c", ENFORCER, quota_snippet(str(export), seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def paths(export: Path) -> list[str]:
    """What the enforcer looks after when it starts now."""
    with started(export, seconds=3600) as enforcer:
        assert enforcer.stdout is not None
        told = enforcer.stdout.readline()
        enforcer.kill()
    return list(ast.literal_eval(told))


def test_all_hubs_that_there_are(tmp_path: Path) -> None:
    assert paths(tmp_path) == [f"{tmp_path}/.no-hub/homes"]
    for hub in ("b-prod", "a-staging"):
        (tmp_path / hub / "homes").mkdir(parents=True)
        (tmp_path / hub / "shared").mkdir()
    (tmp_path / ".no-hub/homes").mkdir(parents=True)
    assert paths(tmp_path) == [f"{tmp_path}/a-staging/homes", f"{tmp_path}/b-prod/homes"]


def test_a_hub_that_comes_later_makes_it_start_again(tmp_path: Path) -> None:
    with started(tmp_path, seconds=0.05) as enforcer:
        assert enforcer.stdout is not None
        assert ".no-hub" in enforcer.stdout.readline()
        assert enforcer.poll() is None
        (tmp_path / "ocean-prod/homes").mkdir(parents=True)
        try:
            assert enforcer.wait(PATIENCE_SECONDS) == 0
        finally:
            enforcer.kill()
