"""Starts servers with KubeSpawner, configured as a release has it: a program of its own, as KubeSpawner keeps state.

Reads lines of JSON from standard input. First come `values` of the chart, a `folder` for its files and the `namespace`;
then, as often as wanted, `people`, each with `name`, `groups` and `form` (what a browser would send). To each of these
it writes a line of JSON: for each person the pod as the API server has it, or why there is none. With `"wait": false`
pods are made, and nobody waits for them to run.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyterhub import orm
from jupyterhub.auth import DummyAuthenticator
from jupyterhub.objects import Hub
from jupyterhub.user import User
from kubernetes_asyncio.client import ApiClient
from sqlalchemy.orm import Session
from traitlets.config import Config

from tests.chart_config import chart_config

START_SECONDS = 60.0


def main() -> None:
    """Until nobody asks any more."""
    release = json.loads(sys.stdin.readline())
    folder = Path(release["folder"])
    config = chart_config(release["values"], folder=folder)
    config.KubeSpawner.namespace = release["namespace"]
    # Modules of the hub's pod are imported when a server starts, too.
    sys.path.insert(0, str(folder))
    asyncio.run(_serve(config))


async def _serve(config: Config) -> None:
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        session = orm.new_session_factory("sqlite://")()
        started = [_started(config, session, person, wait=asked["wait"]) for person in asked["people"]]
        print(json.dumps(await asyncio.gather(*started)), flush=True)


async def _started(config: Config, session: Session, person: Mapping[str, Any], *, wait: bool) -> Any:
    spawner = _spawner(config, session, person)
    try:
        spawner.user_options = spawner.options_from_form(person["form"])
        spawner.api_token = "token"
        if wait:
            async with asyncio.timeout(START_SECONDS):
                await spawner.start()
        else:
            await spawner.load_user_options()
            manifest = await spawner.get_pod_manifest()
            await spawner.api.create_namespaced_pod(spawner.namespace, manifest)
        pod = await spawner.api.read_namespaced_pod(spawner.pod_name, spawner.namespace)
    except Exception as error:  # noqa: BLE001 - the test says what should have been
        return {"error": f"{type(error).__name__}: {error}"}
    return ApiClient().sanitize_for_serialization(pod)


def _spawner(config: Config, session: Session, person: Mapping[str, Any]) -> Any:
    user = orm.User(name=person["name"])
    session.add(user)
    for name in person["groups"]:
        group = orm.Group.find(session, name) or orm.Group(name=name)
        user.groups.append(group)
    session.commit()
    settings = {
        "config": config,
        "spawner_class": config.JupyterHub.spawner_class,
        "authenticator": DummyAuthenticator(),
        "hub": Hub(ip="hub", port=8081, base_url="/hub/", cookie_name="hub"),
        "base_url": "/",
    }
    return User(user, settings).spawner


if __name__ == "__main__":
    main()
