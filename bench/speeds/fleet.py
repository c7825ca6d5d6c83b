"""Rollouts of fleets: nothing to do in a thousand communities, other code, and twenty from nothing."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.fleet import community, community_name
from bench.measure import run_once
from bench.row import Row
from bench.speeds.simulated import CLUSTER, COMMUNITY
from deployer.project import Project
from deployer.rollout.asked import settings_kept
from deployer.rollout.engine.backend import Backend
from deployer.rollout.fleet.members import cluster_of, sound
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.rendered import rendered
from deployer.rollout.subject import CLUSTER as CLUSTER_PART
from deployer.rollout.subject import Subject

ROOT = Path(__file__).parents[2]
DEPLOYER = Path(sys.executable).with_name("deployer")
DEPLOY_ALL = (DEPLOYER, "deploy", "--all", "--simulate", "--json")
MANY = 1_000
MOST_SECONDS = 8.0
OF_OTHER_CODE = 30
MOST_SECONDS_AGAIN = 3.0
FROM_NOTHING = 20
LEAST_GAIN = 1.7
ROOMY = """\
provider: gcp
gcp: {project: example-hubs, zone: us-central1-b}
node_pools:
  user: {cpu: 32, memory_gib: 128, max_nodes: 20}
  large: {cpu: 64, memory_gib: 256, max_nodes: 5}
home_storage: {size_gib: 500, user_quota_gib: 20}
"""


def rows() -> Iterator[Row]:
    yield _nothing_to_do()
    yield _other_code()
    yield _side_by_side()


def _nothing_to_do() -> Row:
    """Records are written by the deployer's own ledger from its own digests: 2,000 real deploys would take hours."""
    with _recorded(MANY, by_other_code=False) as root:
        run = run_once(DEPLOY_ALL, root)
    return Row(
        what=f"`deployer deploy --all --simulate` of {MANY:,} communities, {2 * MANY:,} hub stacks, nothing to do",
        ours=f"{run.wall_seconds:.1f} s ({run.cpu_seconds:.1f} s CPU), without the engine",
        bound=f"at most {MOST_SECONDS:.0f} s",
        ok=run.wall_seconds <= MOST_SECONDS,
    )


def _other_code() -> Row:
    """Of fewer: each stack's program runs twice, for its record and for the first run."""
    with _recorded(OF_OTHER_CODE, by_other_code=True) as root:
        first, second = run_once(DEPLOY_ALL, root), run_once(DEPLOY_ALL, root)
    count = OF_OTHER_CODE
    return Row(
        what=f"`deployer deploy --all --simulate` of {count} communities, {2 * count} hub stacks; code that makes the "
        "same changed",
        ours=f"{first.wall_seconds:.1f} s ({first.cpu_seconds:.1f} s CPU); again: {second.wall_seconds:.1f} s",
        bound=f"again at most {MOST_SECONDS_AGAIN:.0f} s",
        ok=second.wall_seconds <= MOST_SECONDS_AGAIN,
    )


def _side_by_side() -> Row:
    """Both stages of each on one cluster that does not stand yet; beside it a loop over the very same command."""
    names = [f"community-{number:02}" for number in range(FROM_NOTHING)]
    with _from_nothing(names) as root:
        together = run_once(DEPLOY_ALL, root).wall_seconds
    with _from_nothing(names) as root:
        one_by_one = sum(run_once((DEPLOYER, "deploy", name, *DEPLOY_ALL[3:]), root).wall_seconds for name in names)
    gain = one_by_one / together
    return Row(
        what=f"`deployer deploy --all --simulate`, {FROM_NOTHING} communities from nothing, both stages",
        ours=f"{together:.0f} s",
        against=f"`deployer deploy NAME --simulate`, one after another: {one_by_one:.0f} s",
        ratio=f"{gain:.2f} times faster",
        bound=f"at least {LEAST_GAIN} times",
        ok=gain >= LEAST_GAIN,
    )


@contextmanager
def _from_nothing(names: Sequence[str]) -> Iterator[Path]:
    with _checkout() as root:
        for name in names:
            _write(root, name, COMMUNITY.format(name=name, cluster=CLUSTER))
        yield root


def _record_all(root: Path, count: int, *, by_other_code: bool) -> None:
    names = [community_name(number) for number in range(count)]
    members, refused = sound(Project(root), names, simulated=True, secrets_needed=False)
    if refused:
        raise RuntimeError(f"a community of the bench cannot be used: {next(iter(refused.values()))}")
    ledger = Ledger(Backend(members[0].target.settings).files)
    for part, subject in [
        (CLUSTER_PART, cluster_of(members[0])),
        *((stage, member) for member in members for stage in member.stages),
    ]:
        record = _record(subject, part)
        if by_other_code:
            older = {"inputs": f"{part} by other code", "rollout": record.rollout and "a rollout by other code"}
            record = record.model_copy(update={**older, "rendered": rendered(subject, part)})
        ledger.write(subject.stack(part), record)


def _record(subject: Subject, part: str) -> Record:
    """As `stage.Builder` leaves it when a simulated rollout ended well."""
    digests = subject.digests
    return Record(
        cluster_stack=subject.cluster_stack,
        provider=subject.cluster.provider,
        inputs=digests.inputs(part),
        asked=digests.asked(part),
        asked_rollout=digests.asked_rollout,
        rendered=digests.inputs(part),  # as long as the real one, which would take a fifth of a second each
        rollout=None if part == CLUSTER_PART else digests.rollout,
        settings=settings_kept(subject, part),
        deployed_at=datetime.now(UTC),
        deployer_version=version("hubs"),
    )


@contextmanager
def _recorded(count: int, *, by_other_code: bool) -> Iterator[Path]:
    """A checkout whose records say that all is up."""
    with _checkout() as root:
        (root / "clusters/campus.yaml").write_text(ROOMY, encoding="utf-8")
        for number in range(count):
            _write(root, community_name(number), community(number))
        _record_all(root, count, by_other_code=by_other_code)
        yield root


def _write(root: Path, name: str, text: str) -> None:
    (root / "communities" / f"{name}.yaml").write_text(text, encoding="utf-8")


@contextmanager
def _checkout() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hubs-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        shutil.copy(ROOT / "Pulumi.yaml", root)
        for name in ("clusters", "images"):
            shutil.copytree(ROOT / name, root / name)
        (root / "communities").mkdir()
        yield root
