"""Only the SDK of the cloud at hand is imported, and none at all where nothing is made."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.contract.conftest import CLOUDS

SDKS = {"gcp": "pulumi_gcp", "aws": "pulumi_aws", "azure": "pulumi_azure_native"}


def imported(code: str) -> set[str]:
    """Top-level packages of Pulumi's that are imported after some code, in a process of its own."""
    asked = f"{code}\nimport json, sys\nprint(json.dumps([n for n in sys.modules if n.startswith('pulumi')]))"
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(run.stdout.splitlines()[-1])}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_clouds_parts_import_its_own_sdk_alone(cloud: str) -> None:
    found = imported(f"import components.clouds.{cloud}.parts")
    assert found & set(SDKS.values()) == {SDKS[cloud]}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_what_a_cloud_refuses_is_known_without_any_sdk(cloud: str) -> None:
    code = (
        "from components.clouds import cloud\nfrom schemas.cluster import Cluster\n"
        "import yaml, pathlib\n"
        f"values = yaml.safe_load(pathlib.Path('tests/contract/clusters/{cloud}.yaml').read_text())\n"
        f"assert not cloud('{cloud}').cluster_refusals('demo', Cluster.model_validate(values))"
    )
    assert imported(code) == set()


def test_reading_the_files_imports_no_sdk() -> None:
    code = (
        "from pathlib import Path\nfrom deployer.config import load_fleet\n"
        "from deployer.project import find_project\nload_fleet(find_project(Path.cwd()))"
    )
    assert imported(code) == set()
