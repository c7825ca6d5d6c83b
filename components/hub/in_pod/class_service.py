"""A service of the hub that makes room before classes begin: it scales StatefulSets of placeholders by the calendar."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kubernetes_asyncio import client, config
from traitlets.config import Config

from .class_calendar import open_windows, placeholders, since

LOOK_EVERY_SECONDS = 60
PLAN = "HUBS_CLASSES"
"""Variable that tells the service of its StatefulSets."""
KEPT = ("POD_NAMESPACE", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT")
"""What the service must know of its pod: JupyterHub hands down little by itself."""

log = logging.getLogger("classes")


def configure_classes(c: Config, hubs: Mapping[str, Any]) -> None:
    """Have JupyterHub run the service beside itself, where there are classes."""
    plan = hubs.get("classes")
    if not plan:
        return
    package = Path(__file__).parent
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    c.JupyterHub.services.append(
        {
            "name": "classes",
            "command": [sys.executable, "-m", f"{package.name}.{Path(__file__).stem}"],
            "environment": {**kept, PLAN: json.dumps(plan), "PYTHONPATH": str(package.parent)},
        }
    )


async def make_room(api: client.ApiClient, namespace: str, plan: Mapping[str, Any], now: datetime) -> dict[str, int]:
    """Bring every StatefulSet of the plan to the size that the moment asks for; those that changed, with their size.

    A set of the plan has its name, `standing` placeholders, the label selector `servers` of the servers that it keeps
    room for, and `classes`.
    """
    sets, changed = client.AppsV1Api(api), {}
    for name, about in plan.items():
        windows = open_windows(about["classes"], now)
        first = since(windows)
        arrived = await _arrived(api, namespace, about["servers"], first) if first else 0
        wanted = placeholders(about["standing"], windows, arrived)
        scale = await sets.read_namespaced_stateful_set_scale(name, namespace)
        if scale.spec.replicas != wanted and (scale.spec.replicas or wanted):
            await sets.patch_namespaced_stateful_set_scale(name, namespace, {"spec": {"replicas": wanted}})
            changed[name] = wanted
    return changed


async def _arrived(api: client.ApiClient, namespace: str, servers: str, first: datetime) -> int:
    pods = await client.CoreV1Api(api).list_namespaced_pod(namespace, label_selector=servers)
    return sum(pod.metadata.creation_timestamp >= first for pod in pods.items)


async def serve(namespace: str, plan: Mapping[str, Any]) -> None:
    """Look at the calendar again and again, until the hub ends."""
    config.load_incluster_config()  # type: ignore[no-untyped-call]
    async with client.ApiClient() as api:
        while True:
            try:
                for name, wanted in (await make_room(api, namespace, plan, datetime.now(UTC))).items():
                    log.info("%s: %d placeholders", name, wanted)
            except Exception:
                log.exception("could not make room for classes")
            await asyncio.sleep(LOOK_EVERY_SECONDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    asyncio.run(serve(os.environ["POD_NAMESPACE"], json.loads(os.environ[PLAN])))
