"""Communities of the example cluster, loaded as a fleet loads them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from deployer.project import Project
from deployer.rollout.fleet.members import cluster_of, sound
from deployer.rollout.fleet.schedule import Task
from deployer.rollout.subject import Subject
from tests.conftest import CHECKOUT

CLUSTERS = ("example-gcp", "other-gcp")


def community(name: str, cluster: str = CLUSTERS[0], **hub: Any) -> dict[str, Any]:
    """A small community's file."""
    profile = {"slug": "small", "title": "Small", "node_pool": "user", "cpu": 1, "memory_gib": 4, "default": True}
    return {
        "name": name,
        "title": f"Community {name}",
        "cluster": cluster,
        "hub": {
            "domain": f"{name}.example.org",
            "auth": {"type": "native", "admins": ["ada"]},
            "scratch": {"delete_after_days": 7},
            "profiles": [profile],
            **hub,
        },
    }


def project_of(folder: Path, *communities: dict[str, Any]) -> Project:
    """A checkout with these, and two clusters."""
    shutil.copy(CHECKOUT / "Pulumi.yaml", folder)
    shutil.copytree(CHECKOUT / "images", folder / "images", dirs_exist_ok=True)
    for name in ("clusters", "communities"):
        (folder / name).mkdir(exist_ok=True)
    for cluster in CLUSTERS:
        shutil.copy(CHECKOUT / "clusters/example-gcp.yaml", folder / f"clusters/{cluster}.yaml")
    for each in communities:
        write(folder, each)
    return Project(folder)


def write(folder: Path, values: dict[str, Any]) -> None:
    """One community's file."""
    text = yaml.safe_dump(values, sort_keys=False)
    (folder / f"communities/{values['name']}.yaml").write_text(text, encoding="utf-8")


def subjects(folder: Path, *communities: dict[str, Any]) -> list[Subject]:
    """Those communities in a simulation."""
    project = project_of(folder, *communities)
    found, refused = sound(project, [each["name"] for each in communities], simulated=True, secrets_needed=True)
    assert not refused, {name: getattr(error, "problems", error) for name, error in refused.items()}
    return found


def tasks(members: list[Subject], *, clusters: bool = True) -> list[Task]:
    """Their clusters, then they."""
    alone = {each.cluster_name: cluster_of(each) for each in members} if clusters else {}
    return [Task(subject=each) for each in (*alone.values(), *members)]
