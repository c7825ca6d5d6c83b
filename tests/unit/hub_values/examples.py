"""This project's own communities that are on a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from deployer.config.fleet import load_deployments
from deployer.project import Project
from schemas.community import Deployment

ROOT = Path(__file__).parents[3]


def _provider(community: Path) -> str:
    cluster = yaml.safe_load(community.read_text(encoding="utf-8"))["cluster"]
    if isinstance(cluster, str):
        cluster = yaml.safe_load((ROOT / "clusters" / f"{cluster}.yaml").read_text(encoding="utf-8"))
    return str(cluster["provider"])


NAMES = sorted(path.stem for path in (ROOT / "communities").glob("*.yaml") if _provider(path) != "local")


def stages(name: str) -> Iterator[Deployment]:
    """Both stages of one of them."""
    yield from load_deployments(Project(ROOT), name).deployments.values()
