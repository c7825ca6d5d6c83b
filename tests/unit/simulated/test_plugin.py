"""A stand-in's process: what it answers, and what it does not load."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from providers.simulated.install import CLOUDS, environment, plugin_folder
from providers.simulated.sdk import Sdk

PROGRAM = """
import sys
from providers.engine.bare_sdk import import_protocol_alone
import_protocol_alone()
from providers.engine import servicer
from providers.simulated.sdk import Sdk
shape = Sdk("gcp").shape("gcp:serviceaccount/account:Account")
print("accountId" in shape.inputs, sorted(name for name in sys.modules if name.startswith("pulumi_")))
"""


@pytest.mark.parametrize("cloud", CLOUDS)
def test_answers_the_version_that_the_sdk_asks_for(cloud: str) -> None:
    assert Sdk(cloud).version == version(f"pulumi-{cloud}")


def test_later_runs_import_no_sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path))
    first, second = (
        subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    )
    assert first.startswith("True")
    assert "pulumi_gcp.serviceaccount.account" in first
    assert "pulumi_gcp.compute.network" not in first
    assert second.strip() == "True []"


def test_that_a_type_is_not_there_is_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path))
    token = "kubernetes:cert-manager.io/v1:ClusterIssuer"
    assert Sdk("kubernetes").shape(token) is None
    assert [path.read_text() for path in tmp_path.rglob("*ClusterIssuer.json")] == ["{}"]
    assert Sdk("kubernetes").shape(token) is None


def test_launchers_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path))
    folder = plugin_folder()
    made = {path.name: path.stat().st_ino for path in folder.iterdir()}
    assert set(made) == {f"pulumi-resource-{cloud}" for cloud in CLOUDS}
    assert plugin_folder() == folder
    assert {path.name: path.stat().st_ino for path in folder.iterdir()} == made
    variables = environment(tmp_path / "world", strict=True, inherited={"PATH": "/usr/bin"})
    assert variables["PATH"] == f"{folder}:/usr/bin"
    assert variables["HUBS_SIMULATED_STRICT"] == "1"


def test_says_what_is_not_simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from providers.engine.values import Fault
    from providers.simulated.plugin import SimulatedPlugin

    monkeypatch.setenv("HUBS_SIMULATED_WORLD", str(tmp_path))
    plugin = SimulatedPlugin("aws")
    plugin.configure({"region": "us-west-2"})
    with pytest.raises(Fault, match=r"aws:sns/topic:Topic is not simulated yet"):
        plugin.resource("aws:sns/topic:Topic")
    with pytest.raises(Fault, match=r"has no resource type aws:s3/buckt:Buckt; did you mean 'aws:s3/bucket:Bucket'"):
        plugin.resource("aws:s3/buckt:Buckt")
    with pytest.raises(Fault, match=r"aws:sns/getTopic:getTopic is not simulated"):
        plugin.invoke("aws:sns/getTopic:getTopic", {})
    assert json.loads(plugin.invoke("aws:iam/getPolicyDocument:getPolicyDocument", {"statements": []})["json"])


def test_without_a_world_it_says_how_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    from providers.engine.values import Fault
    from providers.simulated.plugin import SimulatedPlugin

    monkeypatch.delenv("HUBS_SIMULATED_WORLD", raising=False)
    with pytest.raises(Fault, match="run with --simulate"):
        SimulatedPlugin("gcp").configure({})
