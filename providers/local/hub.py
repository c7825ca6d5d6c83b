"""A hub: a folder, a JupyterHub and a proxy that run from it, and a port that answers."""

# ruff: noqa: ARG002 - the arguments are those of every resource

from __future__ import annotations

import ipaddress
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from providers.engine.values import UNKNOWN, Failure, Fault, HalfDone, Task, Unknown, Values
from providers.local import hub_keys, ports
from providers.local.files import make_folders, read_json, write_json
from providers.local.hub_files import MARK, RUNTIME
from providers.local.hub_render import INNER_ADDRESS, Ports, address_url, render_hub, runtime_digest
from providers.local.locks import locked
from providers.local.machine import MARK as MACHINE_MARK
from providers.local.machine import PORT_LOCK
from providers.local.ownership import mark_of, why_not_ours
from providers.local.proxy_command import proxy_command
from providers.local.supervisor_conf import DASK

PLACES = "places.json"
ANSWERED = "answered"
"""Noted in the folder's mark once the hub in it was seen to answer."""
READ_PATIENCE_SECONDS = 5
"""A hub on a busy machine is not a hub to be mended."""


class Hub:
    """Inputs: `folder` (`<machine folder>/hubs/<stack>`), `settings`, `environment`, `environments`, `directories`,
    `machine`, `listen_address`, `first_port`, `client_secret`, `given` (secrets that somebody wrote: `password`,
    `traits`, `environment`), `generations` (of the hub's own keys, by name), `owner`, `dask_environment` (folder of
    Dask Gateway's software; None without Dask), `runtime_folder` (the provider's own).

    `check` adds `runtime_digest` and `proxy_command`, so that a change of either is an update. Outputs: `url`,
    `api_url`, `port`, `ports`, `digest`, `version`, `drift`, and the secrets of `hub_keys`.
    """

    replaced_by = frozenset({"folder"})
    # The new one would meet the old one's processes on its port.
    deleted_before_replaced = True
    secret_outputs = hub_keys.NAMES | {"client_secret", "given"}

    def check(self, task: Task, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
        inputs = {
            **news,
            "listen_address": news.get("listen_address") or INNER_ADDRESS,
            "runtime_folder": news.get("runtime_folder") or str(RUNTIME),
        }
        failures = list(_input_failures(inputs, mark_of(task.urn, news.get("owner"))))
        inputs["runtime_digest"] = runtime_digest(Path(inputs["runtime_folder"]))
        try:
            inputs["proxy_command"] = proxy_command()
        except Fault as fault:
            failures.append(Failure("", str(fault)))
        return inputs, failures

    def foretell(self, inputs: Values, outputs: Mapping[str, Any] | None) -> Values:
        made_by_us = {"url", "api_url", "port", "ports", "digest", "version", *hub_keys.NAMES}
        if outputs is None:
            return {**dict.fromkeys(made_by_us, UNKNOWN), "drift": []}
        changing = {"digest", "version"}
        return {name: UNKNOWN if name in changing else outputs.get(name) for name in made_by_us} | {"drift": []}

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        """Goes on with a folder that a killed run left: its keys, its database and its port stay."""
        folder = Path(inputs["folder"])
        mark = mark_of(task.urn, inputs.get("owner"))
        reason = why_not_ours(folder, MARK, mark)
        if reason:
            raise Fault(reason)
        left = read_json(folder / "secrets.json") or {}
        left["generations"] = inputs.get("generations")
        places = read_json(folder / PLACES) or {}
        try:
            return str(folder), _deploy(task, inputs, keys=left, known_ports=places.get("ports"))
        except HalfDone:
            from providers.local.hub_running import shut_down

            shut_down(folder)
            raise

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values | None:
        """Never gone: without its folder it is a hub to be mended, with the same keys and the same port."""
        from providers.local.observe import observe

        return {"drift": observe(Path(identity), outputs["digest"], patience_seconds=READ_PATIENCE_SECONDS)}

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        return _deploy(task, inputs, keys=outputs, known_ports=outputs.get("ports"))

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        mark = read_json(Path(identity) / MARK)
        if mark and mark.get("urn") != task.urn:
            return
        task.progress("ending people's servers, the hub and its proxy")
        take_away(Path(identity))


def is_deployed(folder: Path) -> bool:
    """Whether the hub in this folder was brought up once; else a killed run left it half-made."""
    return bool((read_json(folder / MARK) or {}).get(ANSWERED))


def take_away(folder: Path) -> None:
    """End all that runs for a hub and remove its folder; homes and shared folders are elsewhere and stay."""
    from providers.local.hub_processes import end_servers
    from providers.local.hub_running import shut_down

    shut_down(folder)
    end_servers(folder)
    # The mark goes last: until then, a run that was killed is gone on with.
    if (folder / MARK).is_file():
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != MARK:
                entry.unlink()
        shutil.rmtree(folder)


def _deploy(task: Task, inputs: Values, *, keys: Mapping[str, Any], known_ports: Any) -> Values:
    from providers.local.dask_clusters import end_clusters
    from providers.local.hub_running import bring_up, end_orphans, wait_until_answering

    folder = Path(inputs["folder"])
    mark = {**mark_of(task.urn, inputs.get("owner")), ANSWERED: is_deployed(folder)}
    _make_folder(folder, mark)
    end_orphans(folder)
    own_keys = hub_keys.complete(keys, generations=inputs.get("generations"), before=keys.get("generations"))
    if password := (inputs.get("given") or {}).get("password"):
        own_keys["password"] = password
    settled = _settle_ports(task, inputs, known_ports)
    files = render_hub(inputs, settled, own_keys)
    inner_url = address_url(INNER_ADDRESS, settled.hub)
    url = address_url(ports.loopback_of(inputs["listen_address"]), settled.public)
    outputs: Values = {
        **own_keys,
        "url": url,
        "api_url": f"{url}hub/api",
        "port": settled.public,
        "ports": settled.as_output(),
        "digest": files.digest,
        "version": "",
        "drift": [],
    }
    try:
        bring_up(task, folder, files, mark, Path(inputs["environment"]))
        if not settled.dask and (folder / "dask").is_dir():
            end_clusters(folder)
        outputs["version"] = wait_until_answering(task, folder, f"{inner_url}hub/api", outputs["api_url"])
        if not mark[ANSWERED]:
            write_json(folder / MARK, {**read_json(folder / MARK), ANSWERED: True})
    except (Fault, OSError) as fault:
        raise HalfDone(str(fault), identity=str(folder), outputs=outputs) from fault
    return outputs


def _make_folder(folder: Path, mark: Mapping[str, Any]) -> None:
    machine = folder.parents[1]
    if not (machine / MACHINE_MARK).is_file():
        raise Fault(f"{folder} is in no machine's folder: {machine / MACHINE_MARK} is missing", "deploy the cluster")
    for made in (folder, folder / "logs", folder / "logs" / "servers", machine / "leases"):
        make_folders(made, below=machine, mode=0o700)
    if not (folder / MARK).exists():
        write_json(folder / MARK, mark)


def _settle_ports(task: Task, inputs: Values, known: Any) -> Ports:
    """The ports the hub has, or new ones for those that somebody else took meanwhile."""
    from providers.local.hub_running import live_parts

    folder, first = Path(inputs["folder"]), inputs.get("first_port")
    live = live_parts(folder)
    kept: dict[str, int] = {}
    asked: dict[str, tuple[str, str, int | None]] = {
        "public": ("proxy", inputs["listen_address"], first),
        "proxy_api": ("proxy", INNER_ADDRESS, None),
        "hub": ("hub", INNER_ADDRESS, None),
    }
    if inputs.get("dask_environment"):
        asked |= dict.fromkeys(("dask", "dask_api"), (DASK, INNER_ADDRESS, None))
    with locked(folder.parents[1] / PORT_LOCK, task.stop_if_cancelled):
        taken = _ports_of_others(folder)
        for name, (part, address, lowest) in asked.items():
            port: int = (known or {}).get(name) or 0
            wanted = port >= max(lowest or 0, 1)
            if wanted and (part in live or ports.is_soon_free(address, port)):
                kept[name] = port
                continue
            kept[name] = ports.choose(address, first=lowest, taken=taken | set(kept.values()))
            if wanted and name == "public":
                task.warn(f"port {port} was taken by another process: the hub moved to port {kept[name]}")
        places = read_json(folder / PLACES) or {}
        if places.get("ports") != kept:
            # Noted while the lock is held, so that no other hub chooses the same.
            write_json(folder / PLACES, {**places, "ports": kept})
    return Ports(**kept)


def _ports_of_others(folder: Path) -> set[int]:
    """Ports of the machine's other hubs, also of those that are down."""
    others = (path for path in folder.parent.glob(f"*/{PLACES}") if path.parent != folder)
    return {port for path in others for port in (read_json(path) or {}).get("ports", {}).values()}


def _input_failures(inputs: Values, mark: dict[str, str]) -> Iterator[Failure]:
    folder, address, first = inputs.get("folder"), inputs["listen_address"], inputs.get("first_port")
    if isinstance(folder, str):
        steps = Path(folder)
        if not steps.is_absolute() or ".." in steps.parts or steps.parent.name != "hubs":
            yield Failure("folder", f"{folder!r} is not <machine folder>/hubs/<stack>")
        elif reason := why_not_ours(steps, MARK, mark):
            yield Failure("folder", reason)
    if isinstance(address, str):
        try:
            ipaddress.ip_address(address)
        except ValueError:
            yield Failure("listen_address", f"{address!r} is not an IP address; write e.g. 127.0.0.1")
    if not isinstance(first, int | Unknown | None) or (isinstance(first, int) and not 0 < first <= ports.LAST):
        yield Failure("first_port", f"{first!r} is not a port; write a number from 1024 up to {ports.LAST}")
    for name in ("settings", "environments", "directories", "machine"):
        if not isinstance(inputs.get(name), dict | Unknown):
            yield Failure(name, "is missing or not a map")
    if not isinstance(inputs.get("environment"), str | Unknown):
        yield Failure("environment", "is missing: the folder of the hub's own software")


RESOURCE = Hub()
