"""The stack of one hub: one stage of one community."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.clouds import cloud
from components.contract import HubArgs
from schemas.community import Deployment
from schemas.secrets import StageSecrets

if TYPE_CHECKING:
    import pulumi


def hub_program(
    deployment: Deployment,
    project: Path,
    *,
    client_secret: str | None = None,
    secrets: StageSecrets | None = None,
    key_generations: Mapping[str, int] | None = None,
    cluster_is_up: bool = True,
    protect: bool = True,
    keep_data: bool = True,
) -> Callable[[], None]:
    """The Pulumi program that declares a hub and exports what the rollout needs of it.

    `client_secret` alone, of the sign-in service, is for callers that have no other secrets; `secrets` wins.
    With `cluster_is_up` false, in a preview before the cluster's first deploy, what the cluster would tell is unknown.
    With `protect` false, on the way to destroying it, nothing but people's data is spared; with `keep_data` false, not
    even that.
    """

    def program() -> None:
        import pulumi

        args = HubArgs(
            deployment=deployment,
            project=project,
            cluster_facts=_cluster_facts(deployment.cluster_stack, known=cluster_is_up),
            secrets=secrets or StageSecrets(client_secret=client_secret),
            key_generations=key_generations or {},
            protect=protect,
            keep_data=keep_data,
        )
        outputs = cloud(deployment.cluster.provider).hub(deployment.stack, args)
        pulumi.export("url", outputs.url)
        pulumi.export("health_token", pulumi.Output.secret(outputs.health_token))
        if outputs.password is not None:
            pulumi.export("password", pulumi.Output.secret(outputs.password))
        pulumi.export("facts", outputs.facts)

    return program


class _ClusterFacts(Mapping[str, Any]):
    """Facts of another stack by name, each an Output of its own."""

    def __init__(self, facts: pulumi.Output[Any]) -> None:
        self._facts = facts

    def __getitem__(self, key: str) -> Any:
        return self._facts.apply(lambda facts: _fact(facts, key))

    def __iter__(self) -> Any:
        raise TypeError("the facts of a cluster that may not exist yet cannot be listed; ask for one by its name")

    def __len__(self) -> int:
        raise TypeError("the facts of a cluster that may not exist yet cannot be counted; ask for one by its name")


def _fact(facts: Mapping[str, Any], key: str) -> Any:
    if key not in facts:
        import pulumi

        raise pulumi.RunError(
            f"the cluster's stack tells nothing of its {key}: deploy the cluster again, then this hub"
        )
    return facts[key]


def _cluster_facts(stack: str, *, known: bool) -> Mapping[str, Any]:
    import pulumi

    if known:
        # "organization" is what backends without organisations call the only one they have.
        reference = pulumi.StackReference(f"organization/{pulumi.get_project()}/{stack}")
        return _ClusterFacts(reference.require_output("facts"))
    return _ClusterFacts(_unknown())


def _unknown() -> pulumi.Output[Any]:
    import asyncio

    import pulumi

    def resolved(value: Any) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        future.set_result(value)
        return future

    return pulumi.Output(resolved(set()), resolved(None), resolved(False))
