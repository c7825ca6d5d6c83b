"""`deployer preview --base --simulate`: a change of one line, and one to fifty communities."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import run_once
from bench.row import Row
from bench.speeds.simulated import CLUSTER, COMMUNITY

ROOT = Path(__file__).parents[2]
DEPLOYER = Path(sys.executable).with_name("deployer")
NAMED = ("-c", "user.name=Example", "-c", "user.email=example@example.org")
COMMUNITIES = 50
MOST_SECONDS = 8.0
MOST_SECONDS_EACH = 2.0
WORDS = (DEPLOYER, "preview", "--base", "main", "--simulate", "--format", "markdown")


def rows() -> Iterator[Row]:
    with _fork() as root:
        _edit(root, 1)
        one = run_once(WORDS, root).wall_seconds
        _edit(root, COMMUNITIES)
        many = run_once(WORDS, root)
        each = many.wall_seconds / COMMUNITIES
    yield Row(
        what="`deployer preview --base --simulate`, one line of one community, both stages",
        ours=f"{one:.1f} s",
        bound=f"at most {MOST_SECONDS:.0f} s",
        ok=one <= MOST_SECONDS,
    )
    yield Row(
        what=f"the same of {COMMUNITIES} communities, each",
        ours=f"{each:.2f} s, {many.cpu_seconds / COMMUNITIES:.2f} s of CPU",
        bound=f"at most {MOST_SECONDS_EACH:.0f} s",
        ok=each <= MOST_SECONDS_EACH,
    )


def _edit(root: Path, communities: int) -> None:
    for number in range(communities):
        path = root / "communities" / f"community-{number:02}.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("memory_gib: 4", "memory_gib: 5"), encoding="utf-8")


@contextmanager
def _fork() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hubs-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        shutil.copy(ROOT / "Pulumi.yaml", root)
        for name in ("clusters", "images"):
            shutil.copytree(ROOT / name, root / name)
        (root / "communities").mkdir()
        for number in range(COMMUNITIES):
            name = f"community-{number:02}"
            text = COMMUNITY.format(name=name, cluster=CLUSTER)
            (root / "communities" / f"{name}.yaml").write_text(text, encoding="utf-8")
        for words in (["init", "--quiet", "--initial-branch=main"], ["add", "--all"], ["commit", "--quiet", "-m", "0"]):
            subprocess.run(["git", *NAMED, *words], cwd=root, check=True)
        yield root
