"""What is rolled out: a cluster, and on it a community's stages with their sign-in secrets; with all digests."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from deployer.config import Loaded, load_cluster, load_deployments, load_each
from deployer.errors import BadInput, Problem
from deployer.project import Project
from deployer.rollout.digest import Digests, digests
from deployer.rollout.engine.files import Files
from deployer.rollout.target import Target
from deployer.secrets.community import CommunitySecrets
from deployer.secrets.encrypted import read_encrypted
from deployer.secrets.generations import Generations
from schemas.cluster import Cluster
from schemas.community import Deployment
from schemas.rollout import RolloutRules
from schemas.stage import STAGES

if TYPE_CHECKING:
    from components.contract import Cloud, Refusal
    from deployer.config.layers import Layers

CLUSTER = "cluster"
PARTS = (CLUSTER, *STAGES)
"""What a community consists of, in the order of a rollout."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A community, or a cluster alone: one without stages."""

    target: Target
    cluster_name: str
    cluster: Cluster
    deployments: Mapping[str, Deployment] = field(default_factory=dict)
    """By stage."""
    layers: Mapping[str, Layers] = field(default_factory=dict)
    """For each stage, the way back from its values to where they were written."""
    warnings: Sequence[Problem] = ()
    secrets: CommunitySecrets = field(default_factory=CommunitySecrets, repr=False)
    rollout: RolloutRules = field(default_factory=RolloutRules)
    """When prod may follow; none of a cluster alone."""

    @property
    def name(self) -> str:
        return self.target.name

    @property
    def project(self) -> Project:
        return self.target.project

    @property
    def checked(self) -> bool:
        """Whether its hubs are used as a person would, once they are up: nobody is at home where stand-ins are."""
        return not self.target.simulated

    @property
    def stages(self) -> Sequence[str]:
        """In the order of a rollout."""
        return tuple(stage for stage in STAGES if stage in self.deployments)

    @property
    def cluster_stack(self) -> str:
        return cluster_stack(self.cluster_name)

    @cached_property
    def cloud(self) -> Cloud:
        """Where it runs."""
        from components.clouds import cloud

        return cloud(self.cluster.provider)

    @cached_property
    def digests(self) -> Digests:
        """Of its inputs."""
        return digests(self.cluster_name, self.cluster, self.deployments, self._stamps)

    @property
    def _stamps(self) -> Mapping[str, str | None]:
        return {stage: self.secrets.stamp(stage) for stage in self.deployments}

    def stack(self, part: str) -> str:
        """The Pulumi stack of a part."""
        return self.cluster_stack if part == CLUSTER else stage_stack(self.name, part)

    def problems(self, refusals: Iterable[Refusal]) -> list[Problem]:
        """What is refused of its cluster, at its place in the file that describes it."""
        found = list(refusals)
        return load_cluster(self.project, self.cluster_name).problems(found) if found else []


def cluster_stack(cluster: str) -> str:
    """Name of the Pulumi stack of a cluster."""
    return f"{cluster}-cluster"


def stage_stack(community: str, stage: str) -> str:
    """Name of the Pulumi stack of a community's stage."""
    return f"{community}-{stage}"


def load_subject(
    target: Target, *, environment: Mapping[str, str] = os.environ, secrets_needed: bool = True
) -> Subject:
    """Load and check a community or a cluster; collect a community's sign-in secrets from the environment.

    Raises BadInput, also for a secret that is not there while `secrets_needed`; a simulated one needs none.
    """
    if target.alone:
        loaded = load_cluster(target.project, target.name)
        return Subject(target=target, cluster_name=target.name, cluster=loaded.cluster)
    subject, missing = _community(
        target, load_deployments(target.project, target.name), environment, _generations(target)
    )
    if missing and secrets_needed and subject.checked:
        raise _without_secrets(target, missing)
    return subject


def load_subjects(
    targets: Sequence[Target], *, environment: Mapping[str, str] = os.environ, secrets_needed: bool = False
) -> dict[str, Subject | BadInput]:
    """Several communities in one pass over the fleet, each as `load_subject` loads it; or what is wrong with it."""
    if not targets:
        return {}
    by_name = {target.name: target for target in targets}
    known = _generations(targets[0])
    found = load_each(targets[0].project, list(by_name))

    def made(target: Target, loaded: Loaded | BadInput) -> Subject | BadInput:
        if isinstance(loaded, BadInput):
            return loaded
        subject, missing = _community(target, loaded, environment, known)
        return _without_secrets(target, missing) if missing and secrets_needed and subject.checked else subject

    return {name: made(by_name[name], loaded) for name, loaded in found.items()}


def _generations(target: Target) -> Generations:
    return Generations(Files(target.settings))


def _without_secrets(target: Target, missing: Sequence[str]) -> BadInput:
    names = ", ".join(dict.fromkeys(missing))
    return BadInput(
        [],
        fault=f"{target.name}: the sign-in secret is neither in secrets/{target.name}.yaml nor in the environment: "
        f"{names} is not set",
        remedy=f"deployer secrets set {target.name} client_secret, or export {missing[0]}=… (the secret that the "
        "sign-in service gave for this hub), then run again",
    )


def _community(
    target: Target, loaded: Loaded, environment: Mapping[str, str], generations: Generations
) -> tuple[Subject, Sequence[str]]:
    """A community, and the names of the variables with its sign-in secrets that are not there."""
    clients = {str(stage): deployment.hub.auth.client for stage, deployment in loaded.deployments.items()}
    names = {stage: client.client_secret_env for stage, client in clients.items() if client}
    secrets = CommunitySecrets(
        read_encrypted(target.project, target.name),
        variables={stage: environment.get(name) for stage, name in names.items() if name},
        generations=partial(generations.of, target.name),
        simulated=target.simulated,
    )
    missing = [name or stage for stage, name in names.items() if not secrets.has_client_secret(stage)]
    shared = loaded.deployments["staging"]
    subject = Subject(
        target=target,
        cluster_name=shared.cluster_name,
        cluster=shared.cluster,
        deployments={str(stage): deployment for stage, deployment in loaded.deployments.items()},
        layers={str(stage): layers for stage, layers in loaded.layers.items()},
        warnings=tuple(loaded.warnings),
        secrets=secrets,
        rollout=loaded.rollout,
    )
    return subject, missing
