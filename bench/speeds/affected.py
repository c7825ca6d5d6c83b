"""`deployer affected` over a fleet: one file, what everybody shares, and the code that makes resources."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.fleet import ROOT, community_name, write_fleet
from bench.measure import side_by_side
from bench.row import Row

DEPLOYER = Path(sys.executable).with_name("deployer")
COMMUNITIES = 1_000
MOST_SECONDS = 1.5
MOST_SECONDS_OF_CODE = 60.0
CODE = ("components", "deployer", "providers", "schemas", "stacks")
NAMED = ("-c", "user.name=Example", "-c", "user.email=example@example.org")


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        fleet = write_fleet(Path(folder) / "fleet", COMMUNITIES)
        for package in CODE:
            shutil.copytree(ROOT / package, fleet / package, ignore=shutil.ignore_patterns("__pycache__"))
        _git(fleet, "init", "--quiet", "--initial-branch", "main")
        _commit(fleet)
        file = fleet / "communities" / f"{community_name(5)}.yaml"
        file.write_text(file.read_text().replace("max_running_servers: 5", "max_running_servers: 6"))
        yield _row(fleet, "one line of one file", MOST_SECONDS)
        cluster = fleet / "clusters" / "campus.yaml"
        cluster.write_text(cluster.read_text().replace("cpu: 64", "cpu: 65"))
        yield _row(fleet, "the cluster of all", MOST_SECONDS)
        _commit(fleet)
        hub = fleet / "components" / "clouds" / "local" / "hub.py"
        hub.write_text(f"{hub.read_text()}\n# A remark.\n")
        yield _row(fleet, "code that makes their resources", MOST_SECONDS_OF_CODE, repeats=1)


def _row(fleet: Path, what: str, most: float, repeats: int = 5) -> Row:
    words = [DEPLOYER, "--project", fleet, "affected", "--since", "HEAD", "--json"]
    samples = side_by_side({"ours": words}, repeats=repeats)["ours"]
    return Row(
        what=f"`deployer affected`, {COMMUNITIES:,} communities: {what}",
        ours=f"{samples.wall_seconds:.2f} s ({samples.cpu_seconds:.2f} s CPU), {samples.peak_mib:.0f} MiB",
        bound=f"at most {most:g} s",
        ok=samples.wall_seconds <= most,
    )


def _commit(fleet: Path) -> None:
    _git(fleet, "add", "--all")
    _git(fleet, "commit", "--quiet", "--message", "A change")


def _git(fleet: Path, *words: str) -> None:
    subprocess.run(["git", *NAMED, *words], cwd=fleet, check=True)
