"""Where resolved values come from, and where a person mends them."""

from __future__ import annotations

import pytest

from deployer.config import Loaded, load_deployments
from deployer.config.document import Path
from deployer.config.explain import in_words, origin
from deployer.project import Project

COMMUNITY = """\
name: lab
title: Lab
archetype: teaching
cluster: campus
hub:
  domain: lab.example.org
  auth: {type: github, admins: [ada], github: {client_id: a, client_secret_env: B}}
  resources:
    cpu: 1
    memory_gib: {guarantee: 1, limit: 2}
  profiles:
  - {slug: a, title: A, cpu: 2}
  scratch: {delete_after_days: 3}
stages:
  staging:
    hub:
      auth: {type: native}
      resources:
        cpu: {guarantee: 0.5}
        memory_gib: {limit: 3}
      scratch:
"""


@pytest.fixture
def loaded(project: Project) -> Loaded:
    (project.communities / "lab.yaml").write_text(COMMUNITY)
    return load_deployments(project, "lab")


@pytest.mark.parametrize(
    ("stage", "path", "said"),
    [
        ("prod", ("community",), "communities/lab.yaml:1"),
        ("prod", ("cluster_name",), "communities/lab.yaml:4"),
        ("prod", ("stage",), "derived: the stage asked for"),
        ("prod", ("hub", "domain"), "communities/lab.yaml:6"),
        ("staging", ("hub", "domain"), "derived: staging. before hub.domain"),
        ("prod", ("hub", "culling", "idle_timeout_minutes"), "archetype teaching"),
        ("prod", ("hub", "culling", "maximum_age_minutes"), "default"),
        ("prod", ("hub", "shared_directories", 0, "name"), "archetype teaching"),
        ("prod", ("hub", "named_servers_per_user"), "default"),
        ("prod", ("hub", "resources", "cpu", "limit"), "communities/lab.yaml:9"),  # `cpu: 1` means both
        ("prod", ("hub", "profiles", 0, "cpu", "guarantee"), "communities/lab.yaml:12"),
        ("prod", ("hub", "profiles", 0, "memory_gib"), "default"),  # a list takes nothing from below
        ("staging", ("hub", "resources", "cpu", "guarantee"), "communities/lab.yaml:19"),
        ("staging", ("hub", "resources", "cpu", "limit"), "default"),  # the mapping replaced `cpu: 1`
        ("staging", ("hub", "resources", "memory_gib", "guarantee"), "communities/lab.yaml:10"),
        ("staging", ("hub", "resources", "memory_gib", "limit"), "communities/lab.yaml:20"),
        ("staging", ("hub", "scratch"), "communities/lab.yaml:21"),
        ("staging", ("hub", "auth", "type"), "communities/lab.yaml:17"),
        ("staging", ("hub", "auth", "admins", 0), "communities/lab.yaml:7"),
        ("staging", ("hub", "auth", "github"), "derived: left behind with another auth.type"),
        ("prod", ("cluster", "node_pools", "user", "cpu"), "clusters/campus.yaml:4"),
        ("prod", ("cluster", "node_pools", "user", "spot"), "default"),
        ("prod", ("cluster", "local", "folder"), "default"),
        ("prod", ("images", "base", "title"), "images/base/image.yaml:1"),
        ("prod", ("images", "base", "python_version"), "default"),
        ("prod", ("images", "base", "digest"), "derived: the image's folder"),
    ],
)
def test_origin(loaded: Loaded, stage: str, path: Path, said: str) -> None:
    layers = {str(key): value for key, value in loaded.layers.items()}[stage]
    assert in_words(origin(layers, path)) == said


def test_values_of_a_stage(loaded: Loaded) -> None:
    staging, prod = loaded.deployments["staging"].hub, loaded.deployments["prod"].hub
    assert (staging.domain, prod.domain) == ("staging.lab.example.org", "lab.example.org")
    assert staging.scratch is None
    assert prod.scratch is not None
    assert staging.resources.cpu.limit is None
    assert prod.resources.cpu.limit == 1
    assert (staging.resources.memory_gib.guarantee, staging.resources.memory_gib.limit) == (1, 3)
    assert (staging.auth.type, staging.auth.github, staging.auth.admins) == ("native", None, ("ada",))


@pytest.mark.parametrize(
    ("path", "place", "text"),
    [
        (("hub", "resources", "memory_gib", "limit"), (20, 22), "stages.staging.hub.resources.memory_gib.limit"),
        (("hub", "resources", "memory_gib", "guarantee"), (10, 18), "hub.resources.memory_gib.guarantee"),
        (("hub", "profiles", 0, "cpu", "limit"), (12, 25), "hub.profiles[0].cpu"),
        # An archetype's values are mended in the community's file.
        (("hub", "culling", "idle_timeout_minutes"), (5, 1), "hub.culling.idle_timeout_minutes"),
    ],
)
def test_place_to_mend(loaded: Loaded, path: Path, place: tuple[int, int], text: str) -> None:
    found, said = loaded.layers["staging"].locate(path)
    assert (found.line, found.column, said) == (*place, text)
