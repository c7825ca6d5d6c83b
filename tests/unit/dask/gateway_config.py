"""What the chart of Dask Gateway makes of its values, as far as ours use it.

Tests have no chart: they have its default values and its schema. This says anew what its configuration file does with
them (dask-gateway 2026.3.0, resources/helm/dask-gateway/templates/gateway/configmap.yaml).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from dask_gateway_server.app import DaskGateway
from traitlets.config import Config

from components.hub.values.merging import over

CHARTS = Path(__file__).resolve().parents[4] / "shared/data/charts"
FIELDS = {
    "scheduler_cores": "scheduler.cores.request",
    "scheduler_cores_limit": "scheduler.cores.limit",
    "scheduler_memory": "scheduler.memory.request",
    "scheduler_memory_limit": "scheduler.memory.limit",
    "scheduler_extra_container_config": "scheduler.extraContainerConfig",
    "scheduler_extra_pod_config": "scheduler.extraPodConfig",
    "worker_extra_container_config": "worker.extraContainerConfig",
    "worker_extra_pod_config": "worker.extraPodConfig",
    "image_pull_policy": "image.pullPolicy",
    "environment": "environment",
    "namespace": "namespace",
}


def whole_values(chart: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """As the chart sees them: over its own defaults."""
    return over(yaml.safe_load((CHARTS / f"{chart}.values.yaml").read_text()), values)


def schema(chart: str) -> Any:
    """The chart's own."""
    return yaml.safe_load((CHARTS / f"{chart}.values.schema.yaml").read_text())


def gateway_config(values: Mapping[str, Any], *, release: str, namespace: str = "hub") -> Config:
    """The configuration of the gateway's pod, our code in it run as the chart runs it."""
    properties = {"gateway": whole_values("dask-gateway", values)["gateway"]}
    blocks = properties["gateway"].pop("extraConfig")

    def get_property(dotted: str, default: Any = None) -> Any:
        found: Any = properties
        for key in dotted.split("."):
            if not isinstance(found, dict) or key not in found:
                return default
            found = found[key]
        return found

    c = Config()
    c.DaskGateway.backend_class = "dask_gateway_server.backends.kubernetes.KubeBackend"
    c.KubeBackend.gateway_instance = release
    c.KubeBackend.api_url = f"http://api-{release}.{namespace}:8000/api"
    for field, dotted in FIELDS.items():
        if (value := get_property(f"gateway.backend.{dotted}")) is not None:
            setattr(c.KubeClusterConfig, field, value)
    # One file, block after block: names of one are there in the next.
    code = "\n".join(blocks[key] for key in sorted(blocks))
    exec(compile(code, "dask_gateway_config.py", "exec"), {"c": c, "get_property": get_property})
    return c


def gateway(config: Config) -> DaskGateway:
    """The gateway itself, configured and not started."""
    app = DaskGateway(config=config)
    app.backend = app.backend_class(parent=app, log=app.log)
    return app
