"""Simulated clouds: what the deployer adds to the engine's own time, and many previews side by side."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.measure import run_once
from bench.row import Row
from deployer.rollout.fleet.limits import STACKS_AT_ONCE

ROOT = Path(__file__).parents[2]
DEPLOYER = Path(sys.executable).with_name("deployer")
CLUSTER = "example-gcp"
COMMUNITIES = 50
WATCHED = 10
REPEATS = 3
MOST_OVER_ENGINE = 1.10
LEAST_GAIN = 1.7
MOST_WORKER_MIB = 250
COMMUNITY = """\
name: {name}
title: Community {name}
cluster: {cluster}
hub:
  domain: {name}.example.org
  auth: {{type: native, admins: [ada]}}
  scratch: {{delete_after_days: 7}}
  profiles:
  - {{slug: small, title: Small, node_pool: user, cpu: 1, memory_gib: 4, default: true}}
"""
ENGINE_ALONE = """\
import json, os, sys
from pathlib import Path
from pulumi.automation import LocalWorkspaceOptions, ProjectSettings, PulumiCommand, create_or_select_stack
from deployer.config import load_cluster
from deployer.project import find_project
from deployer.rollout.engine.settings import simulated_settings
from deployer.toolchain import ensure, search_path
from providers.simulated.install import environment
from stacks.cluster import cluster_program
project = find_project(Path.cwd())
settings = simulated_settings(project)
settings.folder.mkdir(parents=True, exist_ok=True)
path = os.pathsep.join([*map(str, search_path(["pulumi"])), str(Path(sys.executable).parent), os.environ["PATH"]])
variables = {"PATH": path, "PULUMI_BACKEND_URL": settings.engine_url, "PULUMI_CONFIG_PASSPHRASE": "bench",
             "PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true"}
variables |= environment(settings.world, inherited=variables)
program = cluster_program(sys.argv[1], load_cluster(project, sys.argv[1]).cluster, project.root, simulated=True)
stack = create_or_select_stack(sys.argv[1] + "-cluster", project_name="hubs", program=program,
    opts=LocalWorkspaceOptions(env_vars=variables, project_settings=ProjectSettings(name="hubs", runtime="python"),
    pulumi_command=PulumiCommand(root=str(ensure(["pulumi"])["pulumi"].parent.parent), skip_version_check=True)))
stack.preview()
stack.up()
"""


def rows() -> Iterator[Row]:
    yield _over_the_engine()
    yield from _side_by_side()


def _over_the_engine() -> Row:
    """The same program, previewed and brought up from nothing by the engine alone, in turn with the deployer."""
    ours, engines = [], []
    for _ in range(REPEATS):
        with _checkout(0) as root:
            words = [DEPLOYER, "deploy", "--cluster", CLUSTER, "--simulate"]
            ours.append(run_once(words, root).wall_seconds)
        with _checkout(0) as root:
            engines.append(run_once([sys.executable, "-c", ENGINE_ALONE, CLUSTER], root).wall_seconds)
    mine, engine = sorted(ours)[REPEATS // 2], sorted(engines)[REPEATS // 2]
    return Row(
        what="`deployer deploy --cluster --simulate`, a cluster from nothing",
        ours=f"{mine:.1f} s",
        against=f"the engine with the same program, preview and up: {engine:.1f} s",
        ratio=f"{mine / engine:.2f}",
        bound=f"at most {MOST_OVER_ENGINE:.2f}",
        ok=mine / engine <= MOST_OVER_ENGINE,
    )


def _side_by_side() -> Iterator[Row]:
    """All communities on one cluster that does not stand yet: nothing is known, so nothing is skipped."""
    words = [DEPLOYER, "preview", "--all", "--simulate", "--json"]
    with _checkout(COMMUNITIES) as root:
        together = run_once(words, root).wall_seconds
        alone = run_once([*words, "--at-once", "1"], root).wall_seconds
    # Looking at memory costs what a worker costs, so that is done apart.
    with _checkout(WATCHED) as root:
        worker_mib = _worker_mib(words, root)
    yield Row(
        what=f"`deployer preview --all --simulate`, {COMMUNITIES} communities, both stages",
        ours=f"{together:.0f} s",
        against=f"one stack after another: {alone:.0f} s",
        ratio=f"{alone / together:.2f} times faster",
        bound=f"at least {LEAST_GAIN} times",
        ok=alone / together >= LEAST_GAIN,
    )
    yield Row(
        what=f"memory of each of its {STACKS_AT_ONCE} workers: engine, plugins, and a share of the deployer",
        ours=f"{worker_mib:.0f} MiB",
        bound=f"at most {MOST_WORKER_MIB} MiB",
        ok=worker_mib <= MOST_WORKER_MIB,
    )


def _worker_mib(words: Sequence[object], root: Path) -> float:
    """The memory of one worker at the moment when all together had most."""
    process = subprocess.Popen(
        [str(word) for word in words],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seen: list[float] = []
    watch = threading.Thread(target=_watch, args=(process.pid, seen), daemon=True)
    watch.start()
    if process.wait():
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(map(str, words))}")
    watch.join()
    return max(seen)


def _watch(pid: int, seen: list[float]) -> None:
    """Proportional memory of the process and all below it, shared out among its workers, while it lives."""
    try:
        root = psutil.Process(pid)
        while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
            family = [root, *root.children(recursive=True)]
            size = 0.0
            for one in family:
                try:
                    size += one.memory_full_info().pss
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    continue
            seen.append(size / STACKS_AT_ONCE / 2**20)
            time.sleep(0.5)
    except psutil.NoSuchProcess:
        return


@contextmanager
def _checkout(communities: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hubs-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        shutil.copy(ROOT / "Pulumi.yaml", root)
        for name in ("clusters", "images"):
            shutil.copytree(ROOT / name, root / name)
        (root / "communities").mkdir()
        for number in range(communities):
            name = f"community-{number:02}"
            text = COMMUNITY.format(name=name, cluster=CLUSTER)
            (root / "communities" / f"{name}.yaml").write_text(text, encoding="utf-8")
        yield root
