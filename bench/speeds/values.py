"""Chart values: of one stage as somebody looks at them, and of a thousand communities as a check goes through them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from bench.fleet import ROOT, write_fleet
from bench.measure import side_by_side
from bench.row import Row
from deployer.toolchain import ensure

DEPLOYER = Path(sys.executable).with_name("deployer")
COMMUNITY = "research-gcp"
COMMUNITIES = 1_000
MOST_SECONDS = 0.25
MOST_FLEET_SECONDS = 3.0
CLUSTER = """\
provider: gcp
gcp: {project: example-hubs, zone: us-central1-b}
node_pools:
  user: {cpu: 16, memory_gib: 64, max_nodes: 10}
  large: {cpu: 32, memory_gib: 128, max_nodes: 10}
"""
CHART = "apiVersion: v2\nname: values\nversion: 1.0.0\n"
TEMPLATE = "{{ .Values | toYaml }}\n"
"""A chart that does nothing but print its values."""
PLAIN = "import sys, yaml; print(yaml.safe_dump(yaml.safe_load(open(sys.argv[1]).read()), sort_keys=False))"
PLAIN_FLEET = """
import pathlib, sys, yaml
loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
for file in pathlib.Path(sys.argv[1]).glob("*.yaml"):
    yaml.load(file.read_text(), Loader=loader)
"""


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        yield _one(Path(folder))
        yield _fleet(Path(folder) / "fleet")


def _one(folder: Path) -> Row:
    """Beside Helm with the very same values in a file, which it only has to read and to print."""
    values = json.loads(_printed("show", COMMUNITY, "--stage", "prod", "--values", "--json"))["prod"]
    given = folder / "values.yaml"
    given.write_text(yaml.safe_dump(values["jupyterhub"]), encoding="utf-8")
    chart = folder / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text(CHART, encoding="utf-8")
    (chart / "templates/values.yaml").write_text(TEMPLATE, encoding="utf-8")
    words = [DEPLOYER, "show", COMMUNITY, "--stage", "prod", "--values"]
    helm = [ensure(["helm"])["helm"], "template", "x", chart, "--values", given]
    plain = [sys.executable, "-c", PLAIN, given]
    found = side_by_side({"deployer": words, "helm": helm, "plain": plain}, folder=ROOT, repeats=9)
    ours, theirs, python = (found[name].wall_seconds for name in ("deployer", "helm", "plain"))
    return Row(
        what="`deployer show --values`, one stage",
        ours=f"{ours * 1000:.0f} ms",
        against=f"`helm template` with these values at hand: {theirs * 1000:.0f} ms; "
        f"Python and PyYAML, to read and write them: {python * 1000:.0f} ms",
        ratio=f"{ours / theirs:.1f}",
        bound=f"at most {MOST_SECONDS * 1000:.0f} ms",
        ok=ours <= MOST_SECONDS,
    )


def _fleet(folder: Path) -> Row:
    """All of it: read, resolve, check, make values, print. Beside it PyYAML, which only reads the same files."""
    fleet = write_fleet(folder, COMMUNITIES)
    (fleet / "clusters/campus.yaml").write_text(CLUSTER, encoding="utf-8")
    words = [DEPLOYER, "--project", fleet, "show", "--all", "--stage", "prod", "--values", "--json"]
    reading = [sys.executable, "-c", PLAIN_FLEET, fleet / "communities"]
    found = side_by_side({"deployer": words, "reading": reading}, repeats=3)
    ours, theirs = found["deployer"].wall_seconds, found["reading"].wall_seconds
    return Row(
        what=f"`deployer show --all --values`, prod of {COMMUNITIES:,} communities",
        ours=f"{ours:.2f} s ({found['deployer'].cpu_seconds:.2f} s CPU), {found['deployer'].peak_mib:.0f} MiB",
        against=f"PyYAML's C reader alone, of the same files: {theirs:.2f} s",
        ratio=f"{ours / theirs:.2f}",
        bound=f"at most {MOST_FLEET_SECONDS:.0f} s",
        ok=ours <= MOST_FLEET_SECONDS,
    )


def _printed(*words: str) -> str:
    return subprocess.run([str(DEPLOYER), *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout
