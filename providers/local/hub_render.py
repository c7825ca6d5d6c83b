"""From what is asked and what the machine gave to the files of a hub's folder. Pure."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from providers.cache_folder import cache_folder
from providers.local import supervisor_conf
from providers.local.hub_files import HubFiles, digest_of, json_bytes, runtime_contents
from providers.local.ports import loopback_of
from providers.local.supervisor_conf import CONF, DASK, Program, render

WATCH = Path(__file__).with_name("proxy_watch.py")
INNER_ADDRESS = "127.0.0.1"
"""Where the hub listens for its proxy, and the proxy for its hub."""


@dataclass(frozen=True)
class Ports:
    """The ports of one hub; a hub keeps them."""

    public: int
    """Where people come in."""
    proxy_api: int
    hub: int
    dask: int | None = None
    """Where Dask Gateway and schedulers are reached; None without Dask."""
    dask_api: int | None = None

    def as_output(self) -> dict[str, int]:
        return {name: port for name, port in asdict(self).items() if port is not None}


def address_url(address: str, port: int) -> str:
    """Ends in a slash."""
    return f"http://[{address}]:{port}/" if ":" in address else f"http://{address}:{port}/"


def render_hub(inputs: Mapping[str, Any], ports: Ports, keys: Mapping[str, str]) -> HubFiles:
    """All files of the hub's folder."""
    folder = Path(inputs["folder"])
    address = inputs["listen_address"]
    read_by_hub = {
        "settings.json": json_bytes(inputs["settings"]),
        "secrets.json": json_bytes({**keys, "client_secret": inputs.get("client_secret"), **_given(inputs)}),
        "places.json": json_bytes(
            {
                "public_url": address_url(loopback_of(address), ports.public),
                "listen_address": address,
                "port": ports.public,
                "ports": ports.as_output(),
                "hub_port": ports.hub,
                "proxy_api_url": address_url(INNER_ADDRESS, ports.proxy_api).rstrip("/"),
                "environment": inputs["environment"],
                "environments": inputs["environments"],
                "directories": {"homes": None, "scratch": None, "shared": {}, **inputs["directories"]},
                "machine": inputs["machine"],
                "dask": {"port": ports.dask, "api_port": ports.dask_api} if ports.dask else {},
                "dask_environment": inputs.get("dask_environment"),
                **(_building() if inputs["settings"].get("binder") else {}),
            }
        ),
        **runtime_contents(Path(inputs["runtime_folder"])),
    }
    python = str(Path(inputs["environment"]) / "bin" / "python")
    proxy = _proxy(inputs, ports, keys)
    # A hub must also be restarted with its proxy, which forgets what the hub told it.
    configuration = digest_of({**HubFiles(read_by_hub).digests, "proxy": str(proxy)})
    programs = {
        "proxy": proxy,
        "hub": _hub(folder, python, configuration),
        **({DASK: _dask(folder, inputs["dask_environment"], configuration)} if ports.dask else {}),
        WATCH.stem: Program(
            command=(python, str(folder / WATCH.name)),
            environment={},
            priority=30,
            steady_after_seconds=1,
            listens_to="PROCESS_STATE_RUNNING",
        ),
    }
    return HubFiles({**read_by_hub, WATCH.name: WATCH.read_bytes(), CONF: render(folder, programs)})


def _given(inputs: Mapping[str, Any]) -> dict[str, Any]:
    given = inputs.get("given") or {}
    return {name: given[name] for name in ("traits", "environment") if given.get(name)}


def _building() -> dict[str, Any]:
    """How the hub has environments of repositories built: by this very Python, whose packages the hub's has not."""
    return {"builder": [sys.executable, "-P", "-m", "providers.local.repository_program"], "cache": str(cache_folder())}


def runtime_digest(runtime: Path) -> str:
    """Of all that is this project's own in a hub's folder: when it changes, hubs are updated."""
    ours = {path.name: path.read_bytes() for path in (Path(__file__), Path(supervisor_conf.__file__), WATCH)}
    return HubFiles({**runtime_contents(runtime), **ours}).digest


def _proxy(inputs: Mapping[str, Any], ports: Ports, keys: Mapping[str, str]) -> Program:
    inner = address_url(INNER_ADDRESS, ports.hub)
    return Program(
        command=(
            *inputs["proxy_command"],
            f"--ip={inputs['listen_address']}",
            f"--port={ports.public}",
            f"--api-ip={INNER_ADDRESS}",
            f"--api-port={ports.proxy_api}",
            # A proxy that died has forgotten all routes; until the hub puts them back, the hub says so better.
            f"--default-target={inner}",
            f"--error-target={inner}hub/error",
        ),
        environment={"CONFIGPROXY_AUTH_TOKEN": keys["proxy_auth_token"]},
        priority=10,
        steady_after_seconds=1,
        whole_group=True,
    )


def _hub(folder: Path, python: str, configuration: str) -> Program:
    config = folder / "runtime" / "jupyterhub_config.py"
    return Program(
        command=(python, "-m", "jupyterhub", f"--config={config}"),
        # Changes whenever a file that the hub reads does, so that supervisord sees a changed program and restarts it.
        environment={"HUBS_CONFIGURATION": configuration, "PYTHONUNBUFFERED": "1"},
        priority=20,
        steady_after_seconds=5,
        # Not its whole group: people's servers are its children and live on.
    )


def _dask(folder: Path, environment: str, configuration: str) -> Program:
    config = folder / "runtime" / "dask_gateway_config.py"
    return Program(
        command=(str(Path(environment) / "bin" / "dask-gateway-server"), f"--config={config}"),
        environment={"HUBS_CONFIGURATION": configuration, "PYTHONUNBUFFERED": "1"},
        # After the hub, whom it asks who somebody is.
        priority=25,
        steady_after_seconds=2,
        # Not its whole group: people's clusters live on.
    )
