"""Changes to a fork's files, previewed on what stood before in a simulated world, by the real engine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from deployer import toolchain
from deployer.comparison.base import base_world
from deployer.comparison.compare import compare
from deployer.comparison.result import Comparison, Part
from deployer.project import Project
from deployer.report.comparison import comparison_data
from deployer.report.markdown import MARKER, comment
from deployer.rollout.interruption import Interruption
from deployer.rollout.opening import open_engine
from deployer.rollout.plan import program
from deployer.rollout.subject import CLUSTER, load_subject
from deployer.rollout.target import Target

CHECKOUT = Path(__file__).parents[3]
GOLDEN = Path(__file__).parent / "previews"
NAMED = ("-c", "user.name=Example", "-c", "user.email=example@example.org")
CANARY = "canary-7d1f0b"
GEO = """\
name: geo
title: Geography @everyone </details> `x`
archetype: teaching
cluster: example-gcp
hub: {domain: geo.gcp.example.org, auth: {type: native, admins: [ada]}}
"""


@pytest.fixture(scope="module")
def fork(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples in a repository of their own, with a change in the working tree."""
    root = tmp_path_factory.mktemp("fork")
    for name in ("communities", "clusters", "images"):
        shutil.copytree(CHECKOUT / name, root / name)
    shutil.copy(CHECKOUT / "Pulumi.yaml", root)
    _git(root, "init", "--quiet", "--initial-branch=main", ".")
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message", "The examples")
    _edit(root, "communities/seminar-gcp.yaml", "image: data-science", "image: base")
    _edit(root, "communities/research-gcp.yaml", "memory_gib: {guarantee: 24}", "memory_gib: {guarantee: 26}")
    _edit(
        root,
        "communities/research-gcp.yaml",
        "  dask: {idle",
        f"  environment: {{API_TOKEN: {CANARY}}}\n"
        f"  helm_values: {{jupyterhub: {{hub: {{extraEnv: {{PASSWORD: {CANARY}}}}}}}}}\n"
        "  dask: {idle",
    )
    _edit(root, "clusters/example-gcp.yaml", "large: {cpu: 16, memory_gib: 128", "large: {cpu: 32, memory_gib: 256")
    _edit(root, "communities/class-aws.yaml", "cpu: ", "cpuu: ")
    _edit(root, "communities/demo.yaml", "memory_gib: 1\n", "memory_gib: 1.5\n")
    (root / "communities" / "geo.yaml").write_text(GEO)
    (root / "communities" / "intro-course.yaml").unlink()
    return root


@pytest.fixture(scope="module")
def found(fork: Path) -> Comparison:
    result = compare(
        Project(fork), "main", simulated=True, interruption=Interruption(lambda _: None), listen=lambda _: None
    )
    return replace(result, base="0" * 40)


def _git(root: Path, *words: str) -> None:
    subprocess.run(["git", *NAMED, *words], cwd=root, check=True, capture_output=True)


def _edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text, f"{old!r} is not in {path}"
    (root / path).write_text(text.replace(old, new, 1))


def _alone(found: Comparison, name: str) -> Comparison:
    """As if only that had changed."""
    return replace(
        found,
        parts=[part for part in found.parts if part.name == name],
        gone=[gone for gone in found.gone if gone.name == name],
        problems=[],
    )


@pytest.mark.parametrize(
    "name",
    [
        "research-gcp",  # a profile's memory, and secrets that must not show
        "seminar-gcp",  # another image
        "geo",  # a new community, with a title that tries to get out of its place
        "intro-course",  # its file is gone
        "example-gcp",  # nodes that cannot be changed in place
        "class-aws",  # a file with an error
        "demo",  # a cloud that has no stand-in
    ],
)
def test_comment_to_the_line(found: Comparison, name: str) -> None:
    golden = GOLDEN / f"{name}.md"
    said = comment(_alone(found, name))
    if os.environ.get("WRITE_GOLDENS"):
        golden.write_text(said)
    assert said == golden.read_text()


def test_nothing_else_is_told(found: Comparison) -> None:
    names = ["example-gcp", "class-aws", "demo", "geo", "research-gcp", "seminar-gcp"]
    assert [part.name for part in found.parts] == names
    assert [gone.name for gone in found.gone] == ["intro-course"]
    assert found.exit_code == 2


def test_secrets_do_not_show(found: Comparison, fork: Path) -> None:
    told = comment(found) + repr(comparison_data(found))
    assert "API_TOKEN" in told
    assert "PASSWORD" in told
    assert CANARY not in told
    assert str(fork) not in told


def test_a_bad_file_keeps_nobody_from_a_preview(found: Comparison) -> None:
    parts: dict[str, Part] = {part.name: part for part in found.parts}
    assert parts["class-aws"].problems
    sound = [part for part in found.parts if part.name != "class-aws"]
    assert all(part.stacks and not part.failed for part in sound)
    assert all(stack.changes for part in sound for stack in part.stacks)


def test_same_bytes_each_time(fork: Path) -> None:
    words = [
        str(Path(sys.executable).with_name("deployer")),
        *("preview", "--base", "main", "--simulate", "--format", "markdown", "--stage", "prod", "demo"),
    ]
    first, second = (
        subprocess.run(words, cwd=fork, capture_output=True, text=True, check=True).stdout for _ in range(2)
    )
    assert first == second
    assert first.startswith(MARKER)
    assert "profile Small: memory" in first


@pytest.mark.parametrize("name", ["seminar-gcp", "class-aws", "event-azure"])
def test_the_base_is_what_the_engine_would_have_made(name: str) -> None:
    """Its own programs change nothing of it, and a look at the world finds it as it says."""
    project = Project(CHECKOUT)
    known = load_subject(Target(project=project, name=name, simulated=True))
    toolchain.ensure(["pulumi"])
    with base_world(project, project, [known.cluster_name], [name], tools=[]) as world:
        world.wait()
        assert not world.failures
        subject = load_subject(world.target(project, name))
        engine = open_engine(
            subject.target, provider=subject.cluster.provider, interruption=Interruption(print), listen=lambda _: None
        )
        with ThreadPoolExecutor(2) as pool:
            looks = list(pool.map(lambda p: engine.preview(subject.stack(p), program(subject, p)), (CLUSTER, "prod")))
    for look in looks:
        assert [change.name for change in look.changes if change.operation not in ("same", "read")] == []
        assert look.drifted == ()
        assert len(look.changes) > 15
