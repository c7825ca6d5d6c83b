"""What a command is about: a community or a cluster, in the clouds themselves or in simulated ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from deployer.project import Project
from deployer.rollout.engine.settings import EngineSettings, read_settings, simulated_settings
from schemas.stage import STAGES


@dataclass(frozen=True, kw_only=True)
class Target:
    """One community, or one cluster alone."""

    project: Project
    name: str
    alone: bool = False
    """A cluster by its own name, without any community."""
    simulated: bool = False
    """With stand-ins in the clouds' place; state and records are apart from the real ones."""

    def __str__(self) -> str:
        """As commands are told of it."""
        return f"{'--cluster ' if self.alone else ''}{self.name}{self.place}"

    @property
    def place(self) -> str:
        """What a command for something else in the same place ends with."""
        return " --simulate" if self.simulated else ""

    @cached_property
    def settings(self) -> EngineSettings:
        """Where its state is. Raises DeployerError when Pulumi.yaml cannot be used."""
        return simulated_settings(self.project) if self.simulated else read_settings(self.project)

    def elsewhere(self, backend_url: str, secrets_provider: str) -> EngineSettings:
        """Its settings with the state in another place."""
        return replace(self.settings, backend_url=backend_url, secrets_provider=secrets_provider)

    def cluster(self, name: str) -> Target:
        """A cluster in the same place."""
        return replace(self, name=name, alone=True)

    def community(self, name: str) -> Target:
        """A community in the same place."""
        return replace(self, name=name, alone=False)

    def of_stack(self, stack: str) -> Target:
        """The community or the cluster that a stack belongs to, in the same place."""
        name, _, part = stack.rpartition("-")
        return self.community(name) if part in STAGES else self.cluster(name)
