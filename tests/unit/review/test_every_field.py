"""Every field of every example, changed by itself: one verdict, at a line, and operators' unless a rule says else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path as File

import pytest
from pydantic import ValidationError

from deployer.config.checks import findings
from deployer.config.document import Path
from deployer.config.fleet import Loaded, load_deployments
from deployer.config.variants import fields, others, with_value
from deployer.project import Project
from deployer.review.changes import BESIDE, RESOLVED, Change, changes
from deployer.review.judging import UNNAMED_REASON, Stage
from deployer.review.limits import Sides
from deployer.review.patterns import is_field, matches
from deployer.review.policy_file import read_policy
from deployer.review.verdict import CLOSED
from schemas.community import Community, Deployment
from schemas.policy import Policy

PROJECT = Project(File(__file__).parents[3])
COMMUNITIES = sorted(path.stem for path in PROJECT.communities.glob("*.yaml"))


@cache
def policy() -> Policy:
    read = read_policy(PROJECT)
    assert read
    return read


def variants(deployment: Deployment) -> Iterator[tuple[Path, Deployment]]:
    """The deployment with each of its fields changed alone, to the first other value that it may have."""
    for path, value, info in fields(deployment):
        for other in others(value, info):
            try:
                variant = Deployment.model_validate(with_value(deployment, path, other).model_dump(warnings=False))
            except (ValidationError, KeyError):
                continue
            if not any(finding.severity == "error" for finding in findings(variant)):
                yield path, variant
                break


def first_rule(change: Change) -> str:
    for rule in policy().rules:
        if change.kind in rule.changes and any(matches(pattern, change.path) for pattern in rule.fields):
            return rule.name
    return CLOSED


@pytest.mark.parametrize("name", COMMUNITIES)
def test_any_single_edit_has_one_verdict_at_a_line(name: str) -> None:
    loaded: Loaded = load_deployments(PROJECT, name)
    before = loaded.deployments["prod"]
    seen = 0
    for path, after in variants(before):
        judge = Stage(Sides(before, after), policy(), loaded.layers["prod"], own_file_changed=True)
        found = list(changes(before, after))
        if path in (("community",), ("stage",)) or path[0] == "images":
            continue
        assert found, path
        paths = [(change.path, change.kind) for change in found]
        assert len(set(paths)) == len(paths), f"{path}: judged twice"
        for change in found:
            verdict = judge.verdict(change)
            assert verdict.place.line >= 1
            assert verdict.place.file.endswith(".yaml")
            assert verdict.rule == first_rule(change)
            assert verdict.who in ("own", "operators")
            if verdict.rule == CLOSED:
                assert (verdict.who, verdict.reason) == ("operators", UNNAMED_REASON)
        seen += 1
    assert seen > 50


def test_an_edit_of_nothing_is_no_change() -> None:
    for name in COMMUNITIES:
        deployment = load_deployments(PROJECT, name).deployments["staging"]
        assert list(changes(deployment, deployment.model_copy(deep=True))) == []


def test_fields_of_a_community_are_judged_whether_a_deployment_shows_them_or_not() -> None:
    assert RESOLVED | set(BESIDE) == set(Community.model_fields)
    assert RESOLVED - {"name", "stages"} <= set(Deployment.model_fields)


OWN_FIELDS = [pattern for rule in policy().rules if rule.who == "own" for pattern in rule.fields]
POWERFUL = [
    ("hub", "helm_values", "jupyterhub"),
    ("hub", "auth", "type"),
    ("hub", "auth", "allow_all"),
    ("hub", "auth", "open_signup"),
    ("hub", "auth", "github", "allowed_organizations"),
    ("hub", "roles", "instructor", "scopes"),
    ("hub", "domain"),
    ("hub", "home", "type"),
    ("hub", "buckets", "results"),
    ("hub", "binder", "login"),
    ("hub", "dask"),
    ("hub", "network", "egress"),
    ("hub", "profiles", "x", "options", "unlisted_image"),
    ("cluster", "node_pools", "user", "max_nodes"),
    ("cluster_name",),
    ("contacts", "Hub team", "github"),
    ("archetype",),
]


@pytest.mark.parametrize("path", POWERFUL)
def test_what_gives_power_is_in_no_rule_for_maintainers(path: Path) -> None:
    assert not [pattern for pattern in OWN_FIELDS if matches(pattern, path)]


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("hub.image", ("hub", "image"), True),
        ("hub.image", ("hub", "image", "name"), False),
        ("hub.profiles.*", ("hub", "profiles"), False),
        ("hub.profiles.*.image", ("hub", "profiles", "a.image", "image"), True),
        ("hub.profiles.*.image", ("hub", "profiles", "x", "options", "image"), False),
        ("hub.homepage.**", ("hub", "homepage"), True),
        ("hub.homepage.**", ("hub", "homepage", "organization", "name"), True),
        ("hub.homepage.**", ("hub", "homepages"), False),
    ],
)
def test_patterns_fit_whole_paths(pattern: str, path: Path, fits: bool) -> None:
    assert matches(pattern, path) is fits


@pytest.mark.parametrize(
    ("pattern", "there"),
    [
        ("hub.profiles.*.memory_gib", True),
        ("hub.profiles.*.memory", False),
        ("hub.profiles.memory_gib", False),
        ("hub.dask.idle_timeout_minutes", True),
        ("hub.dask.*.idle_timeout_minutes", False),
        ("hub.auth.admins", True),
        ("hub.auth.admins.*", False),
        ("hub.environment.*", True),
        ("hub.helm_values.**", True),
        ("rollout.prod", True),
        ("anything.**", False),
    ],
)
def test_a_rule_names_fields_that_are_there(pattern: str, there: bool) -> None:
    assert is_field(pattern) is there
