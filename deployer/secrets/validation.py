"""Files of secrets in `deployer validate`: all that shows without a key; it costs those who have such files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from deployer.errors import BadInput, Place, Problem
from deployer.project import Project

if TYPE_CHECKING:
    from deployer.config.layers import Layers
    from deployer.secrets.operators import Known
    from schemas.community import Deployment
    from schemas.stage import StageName


class SecretsJudge:
    """The files of one checkout; the folder is looked through once, and the operators' file read once."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def problems(
        self, community: str, deployments: Mapping[StageName, Deployment], layers: Mapping[StageName, Layers]
    ) -> Iterator[Problem]:
        """What is wrong with a community's file, and what its community needs and nobody gives."""
        has_file = community in self._names
        asks = any(
            (client := deployment.hub.auth.client) is not None and client.client_secret_env is None
            for deployment in deployments.values()
        )
        if not has_file and not asks:
            return
        from deployer.secrets.encrypted import read_encrypted
        from deployer.secrets.structure import community_problems, file_problems, missing_problems

        try:
            file = read_encrypted(self._project, community) if has_file else None
        except BadInput as error:
            yield from error.problems
            return
        by_stage = {str(stage): deployment for stage, deployment in deployments.items()}
        ways = {str(stage): found for stage, found in layers.items()}
        if file is not None:
            yield from file_problems(file, self.operators)
            yield from community_problems(file, by_stage)
        yield from missing_problems(file, by_stage, lambda stage, path: ways[stage].locate(path))

    def of_all(self, communities: Collection[str]) -> Iterator[Problem]:
        """What is wrong with the operators' file, and files that belong to nobody."""
        yield from self.operators.problems if self._has_operators or self._names else ()
        folder = self._project.root / "secrets"
        if self._names and not self._has_operators:
            yield Problem(
                place=Place(self.operators.label),
                path="",
                fault=f"there is no such file, so nobody says who of the operators can open {folder.name}/",
                remedy="write recipients: {NAME: age1…}",
            )
        for name in sorted(self._names - set(communities)):
            from deployer.secrets.structure import unowned

            yield unowned(self._project.relative(folder / f"{name}.yaml"), name, communities)
        for file in sorted(folder.glob("*.yml")):
            fault = "it is never read: files of secrets end in .yaml"
            yield Problem(place=Place(self._project.relative(file)), path="", fault=fault, remedy="rename it")

    @cached_property
    def operators(self) -> Known:
        """Who can open every file."""
        from deployer.secrets.operators import operators

        return operators(self._project)

    @cached_property
    def _names(self) -> frozenset[str]:
        files = (self._project.root / "secrets").glob("*.yaml")
        return frozenset(file.stem for file in files if not file.name.startswith("."))

    @property
    def _has_operators(self) -> bool:
        return (self._project.root / "operators.yaml").is_file()
