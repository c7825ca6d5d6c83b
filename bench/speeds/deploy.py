"""`deployer deploy demo`: both stages up and checked, what of that is the deployer's own, and again unchanged."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import side_by_side
from bench.row import Row

ROOT = Path(__file__).parents[2]
DEPLOYER = Path(sys.executable).with_name("deployer")
MOST_SECONDS = 30
MOST_UNCHANGED_SECONDS = 4
MOST_OWN_SHARE = 0.10


def rows() -> Iterator[Row]:
    # The first checkout brings tools and environments in place, and keeps them there while the second is measured.
    with _checkout() as other, _checkout() as root:
        _deploy(other)
        yield from _first(*_deploy(root))
        unchanged = side_by_side({"deployer": [DEPLOYER, "deploy", "demo"]}, folder=root)["deployer"]
        yield Row(
            what="`deployer deploy demo`, unchanged",
            ours=f"{unchanged.wall_seconds:.2f} s",
            bound=f"at most {MOST_UNCHANGED_SECONDS} s",
            ok=unchanged.wall_seconds <= MOST_UNCHANGED_SECONDS,
        )


@contextmanager
def _checkout() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hubs-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        shutil.copy(ROOT / "Pulumi.yaml", root)
        for name in ("communities", "clusters", "images"):
            shutil.copytree(ROOT / name, root / name)
        try:
            yield root
        finally:
            _run(root, "destroy", "demo", "--yes")


def _first(result: dict[str, Any], seconds: float) -> Iterator[Row]:
    engine = result["engine_seconds"]
    hubs = sum(stage["health_seconds"] for stage in result["stages"])
    own = seconds - engine - hubs
    yield Row(
        what="`deployer deploy demo`, both stages up and checked",
        ours=f"{seconds:.1f} s",
        bound=f"at most {MOST_SECONDS} s",
        ok=seconds <= MOST_SECONDS,
    )
    yield Row(
        what="of that, the deployer's own",
        ours=f"{own:.2f} s",
        against=f"the engine: {engine:.1f} s; the hubs, while they were checked: {hubs:.1f} s",
        ratio=f"{own / seconds:.1%}",
        bound=f"at most {MOST_OWN_SHARE:.0%}",
        ok=own / seconds <= MOST_OWN_SHARE,
    )


def _deploy(root: Path) -> tuple[dict[str, Any], float]:
    """The result as the deployer tells it, and how long its process took from start to end."""
    began = time.perf_counter()
    out = _run(root, "deploy", "demo", "--json")
    seconds = time.perf_counter() - began
    result: dict[str, Any] = json.loads(out.splitlines()[-1])
    return result, seconds


def _run(root: Path, *words: str) -> str:
    ended = subprocess.run([DEPLOYER, *words], cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ended.returncode:
        raise RuntimeError(f"exit code {ended.returncode}: deployer {' '.join(words)}\n{ended.stdout}\n{ended.stderr}")
    return ended.stdout
