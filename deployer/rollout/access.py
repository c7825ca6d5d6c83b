"""Ways to a deployed hub: its address, its password, its logs, its health check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from components.clouds import cloud
from components.contract import HubRuntime
from components.survey.errors import ClusterUnseenError, ForbiddenError
from deployer.errors import BadInput, DeployerError, EngineFailed
from deployer.project import Project
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.settings import read_settings
from deployer.rollout.health import HealthResult, HubTarget
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Health, Ledger, Record
from deployer.rollout.opening import open_engine
from deployer.rollout.progress import Listener
from deployer.rollout.subject import load_subject, stage_stack
from deployer.rollout.target import Target


def hub_url(project: Project, community: str, stage: str) -> str:
    """Where people go; raises DeployerError when the hub is not deployed."""
    return _record(project, community, stage).url


def hub_password(project: Project, community: str, stage: str, *, interruption: Interruption, listen: Listener) -> str:
    """The shared password of a hub with `auth.type: dummy`, from the state.

    Raises DeployerError when the hub has none.
    """
    _record(project, community, stage)
    password = _outputs(project, community, stage, interruption, listen).get("password")
    if not password:
        raise DeployerError(
            f"{community}-{stage} has no shared password: people sign in in their own way there",
            remedy=f"deployer open {community} --stage {stage}",
        )
    return str(password)


def health_target(
    project: Project, community: str, stage: str, *, gpu: bool, interruption: Interruption, listen: Listener
) -> HubTarget:
    """What a health check of a deployed hub needs; with `gpu` it looks at a server that has one too."""
    from deployer.rollout.stage import hub_target

    _record(project, community, stage)
    subject = load_subject(Target(project=project, name=community), secrets_needed=False)
    return hub_target(subject, stage, _outputs(project, community, stage, interruption, listen), gpu=gpu)


def record_health(project: Project, community: str, stage: str, result: HealthResult) -> None:
    """Keep the result of a check: a hub that failed it holds prod back, one that passed does as it did."""
    ledger = _ledger(project)
    record = ledger.read(f"{community}-{stage}")
    if record is not None:
        ledger.write(f"{community}-{stage}", record.checked(Health.of(result), record.rollout))


def hub_log(project: Project, community: str, stage: str, part: str, *, lines: int) -> str:
    """The last lines of a part's log."""
    with _seeing(community, stage):
        return _runtime(project, community, stage, part).log(part, lines=lines)


def follow_log(project: Project, community: str, stage: str, part: str, *, lines: int) -> Iterator[str]:
    """The last lines of a part's log, then new ones as they come, until the caller stops."""
    with _seeing(community, stage):
        yield from _runtime(project, community, stage, part).follow(part, lines=lines)


@contextmanager
def _seeing(community: str, stage: str) -> Iterator[None]:
    """A cluster that cannot be looked at, as an error for people."""
    try:
        yield
    except ClusterUnseenError as error:
        raise EngineFailed(f"{community}-{stage}: {error.fault}", remedy=error.remedy) from None
    except ForbiddenError as error:
        raise EngineFailed(
            f"{community}-{stage}: {error}", remedy="ask whoever runs the cluster for the right to see it"
        ) from None


def _runtime(project: Project, community: str, stage: str, part: str) -> HubRuntime:
    record = _record(project, community, stage)
    runtime = cloud(record.provider).runtime(record.facts)
    parts = list(runtime.parts())
    if part not in parts:
        near = get_close_matches(part, parts, n=1)
        remedy = f"did you mean {near[0]!r}? " if near else ""
        raise BadInput(
            [],
            fault=f"{community}-{stage} has no part {part!r} with a log",
            remedy=f"{remedy}there are: {', '.join(parts) or 'none'}",
        )
    return runtime


def _record(project: Project, community: str, stage: str) -> Record:
    record = _ledger(project).read(stage_stack(community, stage))
    if record is not None and record.facts and not record.kept:
        return record
    # No such community says so, with the names that come near.
    load_subject(Target(project=project, name=community), secrets_needed=False)
    raise DeployerError(f"{community}-{stage} is not deployed", remedy=f"deployer deploy {community}")


def _ledger(project: Project) -> Ledger:
    return Ledger(Backend(read_settings(project)).files)


def _outputs(
    project: Project, community: str, stage: str, interruption: Interruption, listen: Listener
) -> Mapping[str, Any]:
    engine = open_engine(Target(project=project, name=community), interruption=interruption, listen=listen)
    return engine.outputs(f"{community}-{stage}")
