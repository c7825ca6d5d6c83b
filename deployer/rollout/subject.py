"""What is rolled out: a community with both its stages resolved, its sign-in secrets and its digests."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from deployer.config import Loaded, load_deployments, load_each
from deployer.errors import BadInput, Problem
from deployer.project import Project
from deployer.rollout.digest import Digests, digests
from schemas.community import Deployment

if TYPE_CHECKING:
    from components.contract import Cloud


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One community, ready to be rolled out."""

    project: Project
    name: str
    deployments: Mapping[str, Deployment]
    """By stage."""
    warnings: Sequence[Problem] = ()
    secrets: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    """Of the sign-in service, by stage."""

    @property
    def any(self) -> Deployment:
        """A stage, for what all stages share."""
        return self.deployments["staging"]

    @property
    def cluster_stack(self) -> str:
        return self.any.cluster_stack

    @property
    def provider(self) -> str:
        return self.any.cluster.provider

    @cached_property
    def cloud(self) -> Cloud:
        """Where it runs."""
        from components.clouds import cloud

        return cloud(self.provider)

    @cached_property
    def digests(self) -> Digests:
        """Of its inputs."""
        return digests(self.deployments, self.secrets)

    def stack(self, stage: str) -> str:
        return self.deployments[stage].stack


def load_subject(
    project: Project, name: str, *, environment: Mapping[str, str] = os.environ, secrets_needed: bool = True
) -> Subject:
    """Load and check a community, and collect its sign-in secrets from the environment.

    Raises BadInput, also for a secret that is not there while `secrets_needed`.
    """
    subject, missing = _subject(project, name, load_deployments(project, name), environment)
    if missing and secrets_needed:
        names = ", ".join(dict.fromkeys(missing))
        raise BadInput(
            [],
            fault=f"{name}: the sign-in secret is not in the environment: {names} is not set",
            remedy=f"export {missing[0]}=… (the secret that the sign-in service gave for this hub), then run again",
        )
    return subject


def load_subjects(
    project: Project, names: Sequence[str], *, environment: Mapping[str, str] = os.environ
) -> dict[str, Subject | BadInput]:
    """Several communities in one pass over the fleet, with whatever sign-in secrets are there; or what is wrong."""
    return {
        name: loaded if isinstance(loaded, BadInput) else _subject(project, name, loaded, environment)[0]
        for name, loaded in load_each(project, names).items()
    }


def _subject(
    project: Project, name: str, loaded: Loaded, environment: Mapping[str, str]
) -> tuple[Subject, Sequence[str]]:
    """A community, and the names of the variables with its sign-in secrets that are not there."""
    missing = []
    secrets: dict[str, str | None] = {}
    for stage, deployment in loaded.deployments.items():
        client = deployment.hub.auth.client
        secrets[stage] = environment.get(client.client_secret_env) if client else None
        if client and not secrets[stage]:
            missing.append(client.client_secret_env)
    subject = Subject(
        project=project,
        name=name,
        deployments={str(stage): deployment for stage, deployment in loaded.deployments.items()},
        warnings=tuple(loaded.warnings),
        secrets=secrets,
    )
    return subject, missing
