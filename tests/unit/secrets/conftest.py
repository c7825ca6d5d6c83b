"""A project of two communities, and people with keys."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from deployer import toolchain
from deployer.project import Project
from deployer.secrets.changing import set_value
from deployer.secrets.sops import Sops

REEF = """\
name: reef
title: Reef
cluster:
  provider: gcp
  gcp: {project: example-project, zone: europe-west4-a}
  node_pools: {user: {cpu: 4, memory_gib: 32}}
hub:
  domain: reef.example.org
  image: registry.example.org/base:2026-01-05
  auth:
    type: github
    admins: [ada]
    github: {client_id: Iv1.0000000000000000}
"""
DEMO = "name: demo\ntitle: Demo\ncluster: {provider: local}\n"


@dataclass(frozen=True)
class Person:
    """Somebody with a key of age in a file."""

    recipient: str
    file: Path


@pytest.fixture(scope="session")
def secret_tools() -> None:
    """Built once for the machine; two minutes, when nobody has yet."""
    toolchain.ensure(["secrets"])


@pytest.fixture(scope="session")
def people(secret_tools: None, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Person]:
    """Anybody, by name; the same person twice has one key."""
    keygen = toolchain.ensure(["age-keygen"])["age-keygen"]
    folder = tmp_path_factory.mktemp("keys")

    def person(name: str) -> Person:
        file = folder / name
        if not file.exists():
            subprocess.run([keygen, "-o", file], check=True, capture_output=True)
        public = subprocess.run([keygen, "-y", file], check=True, capture_output=True, text=True).stdout.strip()
        return Person(public, file)

    return person


@pytest.fixture
def operator(people: Callable[[str], Person]) -> Person:
    return people("operator")


@pytest.fixture
def project(tmp_path: Path, operator: Person, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Its operator sits at this machine; nobody else's keys are found."""
    root = tmp_path / "project"
    (root / "communities").mkdir(parents=True)
    (root / "clusters").mkdir()
    (root / "images" / "base").mkdir(parents=True)
    (root / "images" / "base" / "image.yaml").write_text("title: Base\n")
    (root / "images" / "base" / "requirements.txt").write_text("jupyterhub==5.5.0\n")
    (root / "Pulumi.yaml").write_text("name: hubs\nruntime: python\nbackend: {url: file://.state}\n")
    (root / "communities" / "reef.yaml").write_text(REEF)
    (root / "communities" / "demo.yaml").write_text(DEMO)
    (root / "operators.yaml").write_text(f"recipients:\n  on-call: {operator.recipient}\n")
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HUBS_CACHE_DIR", str(toolchain.places.cache_folder()))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(operator.file))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.chdir(root)
    return Project(root)


@pytest.fixture
def sops(project: Project) -> Sops:
    return Sops()


Put = Callable[..., Path]


@pytest.fixture
def put(project: Project, sops: Sops) -> Put:
    """Sets a value in a community's file."""

    def put(community: str, key: str, value: str, stage: str | None = None) -> Path:
        return set_value(project, community, key, value, stage=stage, sops=sops)

    return put
