"""Servers as KubeSpawner would start them: real JupyterHub and KubeSpawner, configured from our values; no cluster."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from jupyterhub import orm
from jupyterhub.auth import DummyAuthenticator
from jupyterhub.objects import Hub, Server
from jupyterhub.user import User
from kubernetes_asyncio.client import ApiClient
from kubernetes_asyncio.config import kube_config
from traitlets.config import Config

from components.hub.values import Told, foretold, hub_values
from schemas.community import Deployment
from tests.chart_config import chart_config

Pod = dict[str, Any]
NOWHERE = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "none", "cluster": {"server": "https://kubernetes.invalid"}}],
    "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}],
    "users": [{"name": "none", "user": {}}],
    "current-context": "none",
}


def configured(deployment: Deployment, told: Told | None = None) -> Config:
    """The configuration of a stage's hub."""
    values = hub_values(deployment, told or foretold(deployment))["jupyterhub"]
    return chart_config(values, folder=Path(tempfile.mkdtemp(prefix="hubs-pod-")))


class HubOf:
    """A stage's hub, as far as it starts servers."""

    def __init__(self, deployment: Deployment, told: Told | None = None) -> None:
        self.config = configured(deployment, told)
        self._sessions = orm.new_session_factory("sqlite://")

    def pod(
        self,
        options: Mapping[str, Any] | None = None,
        *,
        user: str = "ada",
        groups: tuple[str, ...] = (),
        admin: bool = False,
    ) -> Pod:
        """The pod of a server, as it goes to the API server. Raises what KubeSpawner raises."""

        async def started(spawner: Any) -> Pod:
            await spawner.load_user_options()
            async with ApiClient() as api:
                pod: Pod = api.sanitize_for_serialization(await spawner.get_pod_manifest())
                return pod

        return self.ask(started, options, user=user, groups=groups, admin=admin)

    def ask(
        self,
        question: Callable[[Any], Any],
        options: Mapping[str, Any] | None = None,
        *,
        user: str = "ada",
        groups: tuple[str, ...] = (),
        admin: bool = False,
    ) -> Any:
        """What a server's spawner answers, on JupyterHub's own event loop."""

        async def run() -> Any:
            spawner = self._spawner(user, groups, admin, dict(options or {}))
            answer = question(spawner)
            return await answer if asyncio.iscoroutine(answer) else answer

        with _somewhere_to_talk_to():
            return asyncio.run(run())

    def _spawner(self, name: str, groups: tuple[str, ...], admin: bool, options: dict[str, Any]) -> Any:
        database = self._sessions()
        person = orm.User.find(database, name) or orm.User(name=name)
        database.add(person)
        person.admin = admin
        person.groups = [orm.Group.find(database, group) or orm.Group(name=group) for group in groups]
        database.commit()
        settings = {
            "base_url": "/",
            "hub": Hub(ip="127.0.0.1", port=8081, base_url="/hub/"),
            "config": self.config,
            "spawner_class": self.config.JupyterHub.spawner_class,
            "authenticator": DummyAuthenticator(),
        }
        spawner = User(person, settings)._new_spawner("")
        spawner.user_options, spawner.api_token = options, "a-token"
        spawner.server = Server(base_url=f"/user/{name}/", port=8888)
        spawner.port = 8888
        return spawner


@contextmanager
def _somewhere_to_talk_to() -> Iterator[None]:
    before = kube_config.KUBE_CONFIG_DEFAULT_LOCATION
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(NOWHERE, file)
        file.flush()
        # It read the environment when it was imported, by whichever test came first.
        kube_config.KUBE_CONFIG_DEFAULT_LOCATION = file.name
        try:
            yield
        finally:
            kube_config.KUBE_CONFIG_DEFAULT_LOCATION = before


def notebook(pod: Pod) -> Pod:
    """The container in which the server runs."""
    (container,) = (each for each in pod["spec"]["containers"] if each["name"] == "notebook")
    return container


def variables(pod: Pod) -> dict[str, str]:
    """Of that container."""
    return {each["name"]: each.get("value", "") for each in notebook(pod)["env"]}


def mounts(pod: Pod) -> dict[str, Pod]:
    """Of that container, by where they are."""
    return {each["mountPath"]: each for each in notebook(pod)["volumeMounts"]}
