"""`deployer machines` and `deployer cost`, as people and programs call them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from deployer.cli.main import main; main(sys.argv[1:])"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, timeout=60)


def test_a_table_per_cloud_with_the_choice_and_the_sources() -> None:
    run = _run("machines", "--fits", "cpu=4,memory_gib=16,gpu=t4")
    assert run.returncode == 0
    assert "the only one that has 4 cores and 16 GiB and 1 t4 GPU: g4dn.xlarge 0.526 $/h" in run.stdout
    assert "cheapest of 2 that have 4 cores and 16 GiB and 1 t4 GPU: Standard_NC4as_T4_v3 0.526 $/h" in run.stdout
    assert "n1-standard-8, price unknown" in run.stdout
    assert "on demand: Karpenter AWS data, us-east-1, 2026-07-20" in run.stdout
    assert run.stderr == ""
    assert "\x1b" not in run.stdout


def test_a_cloud_that_has_none_says_so_beside_the_others() -> None:
    run = _run("machines", "--fits", "gpu=l4")
    assert run.returncode == 0
    assert "azure: no kind of GPU on azure is named 'l4'" in run.stderr
    assert "g2-standard-4" in run.stdout


def test_programs_get_one_document() -> None:
    run = _run("machines", "--cloud", "gcp", "--fits", "cpu=4,memory_gib=32", "--json")
    data = json.loads(run.stdout)["gcp"]
    assert data["choice"]["machine_type"] == "n2-highmem-4" == data["machine_types"][0]["name"]
    price = data["machine_types"][0]["on_demand"]
    assert price["date"] == "2026-08-03"
    assert price["region"] == "us-central1"
    assert data["machine_types"][0]["for_servers"]["memory_gib"] < data["machine_types"][0]["allocatable"]["memory_gib"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fits", "cpus=4"], "did you mean 'cpu'?"),
        (["--fits", "cpu=many"], "cpu 'many' is no amount"),
        (["--fits", "cpu=nan"], "cpu 'nan' is no amount"),
        (["--fits", "gpu=t4:0"], "no kind and count"),
        (["--cloud", "gpc"], "did you mean 'gcp'?"),
        (["--fits", "gpu=t5"], "did you mean 't4'?"),
        (["--cloud", "aws", "--fits", "machine_type=r5.xlarg"], "did you mean 'r5.xlarge'?"),
    ],
)
def test_what_cannot_be_understood_is_bad_input(words: list[str], said: str) -> None:
    run = _run("machines", *words)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_help_has_examples() -> None:
    for command in ("machines", "cost"):
        run = _run(command, "--help")
        assert run.returncode == 0
        assert f"deployer {command} " in run.stdout.split("Options:")[0]


def test_the_demo_costs_nothing() -> None:
    run = _run("cost", "demo")
    assert (run.returncode, run.stdout) == (0, "demo: costs nothing beyond this machine\n")


def test_a_community_or_a_cluster_and_not_both() -> None:
    for words in ([], ["demo", "--cluster", "this-machine"]):
        run = _run("cost", *words)
        assert run.returncode == 2
        assert "name a community, or a cluster with --cluster NAME" in run.stderr
