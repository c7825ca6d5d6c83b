"""Dask Gateway on this machine: what people may choose, from a hub's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dask_gateway_server.app import DaskGateway
from dask_gateway_server.models import User
from traitlets.config import Config

from components.clouds.local.settings import hub_settings
from providers.local.runtime.dask import configure_dask
from providers.local.runtime.dask_backend import DaskBackend
from providers.local.runtime.dask_gateway import cluster_options, configure, worker_sizes
from providers.local.runtime.hub_folder import HubFolder, Places
from tests.unit.local_settings.deployments import deployment

GIB = 2**30


def hub_folder(folder: Path, dask: Any = True, *, memory_gib: float = 8, **hub: Any) -> HubFolder:
    """A hub of two images, one with Dask."""
    able, plain = folder / "able", folder / "plain"
    (able / "lib" / "python3.12" / "site-packages" / "dask_gateway").mkdir(parents=True)
    places = Places(
        public_url="http://127.0.0.1:8000/",
        listen_address="127.0.0.1",
        port=8000,
        hub_port=8081,
        proxy_api_url="http://127.0.0.1:8001",
        environments={"data-science": str(able), "base": str(plain)},
        directories={},
        machine={"folder": str(folder), "cpu": 4, "memory_gib": memory_gib},
        dask={"port": 9000, "api_port": 9001},
    )
    settings = hub_settings(deployment({"dask": dask, "image": "data-science", **hub}))
    return HubFolder(path=folder, settings=settings, secrets={"crypt_key": "0" * 64}, places=places)


def overrides(hub: HubFolder, **chosen: Any) -> Any:
    options = cluster_options(hub)
    return options.get_configuration(options.parse_options(chosen), User("ada"))


def test_usual_sizes_are_shares_of_the_machine_and_never_too_small(tmp_path: Path) -> None:
    sizes = {size.name: size for size in worker_sizes(hub_folder(tmp_path))}
    assert list(sizes) == ["1/16", "1/8", "1/4", "1/2", "1"]
    assert (sizes["1/4"].memory_bytes, sizes["1/4"].cpu, sizes["1/4"].threads) == (2 * GIB, 1, 1)
    assert [size.name for size in worker_sizes(hub_folder(tmp_path / "s", memory_gib=2))] == ["1/4", "1/2", "1"]
    assert [size.name for size in worker_sizes(hub_folder(tmp_path / "t", memory_gib=0.4))] == ["1"]


def test_sizes_named_in_the_file_are_offered_the_smallest_first(tmp_path: Path) -> None:
    hub = hub_folder(tmp_path, {"worker_sizes": [1, "1/8"]})
    (size, image, _) = cluster_options(hub).get_specification()
    assert (size["default"], size["spec"]["options"], image["default"]) == ("1/8", ["1/8", "1"], "data-science")
    assert "1/8: 1 GiB, 0.5 CPU" in size["label"]


def test_what_is_chosen_becomes_a_process_of_that_image(tmp_path: Path) -> None:
    hub = hub_folder(tmp_path, {"max_cpu_per_cluster": 2}, environment={"COURSE": "spring"})
    chosen = overrides(hub, worker_size="1/4", environment={"MINE": 1})
    assert chosen["worker_cmd"] == [str(tmp_path / "able/bin/python"), "-m", "distributed.cli.dask_worker"]
    assert chosen["environment"] == {"COURSE": "spring", "MINE": "1"}
    assert (chosen["worker_cores"], chosen["worker_memory"], chosen["cluster_max_workers"]) == (1, 2 * GIB, 2)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"image": "base"}, "Image 'base' has no dask-gateway; images with it: data-science."),
        ({"image": "/etc"}, "There is no image '/etc'; images with it: data-science."),
        ({"worker_size": "1"}, "more than one cluster may have"),
        ({"worker_size": "1/3"}, "not a valid option"),
        ({"worker_cores": 64}, "Unknown fields"),
    ],
)
def test_what_cannot_be_had_is_refused_in_words(tmp_path: Path, chosen: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        overrides(hub_folder(tmp_path, {"max_memory_gib_per_cluster": 4}), **chosen)


def test_the_gateway_takes_the_configuration(tmp_path: Path) -> None:
    c = Config()
    configure(c, hub_folder(tmp_path, {"max_clusters_per_user": 3, "idle_timeout_minutes": 5}))
    app = DaskGateway(config=c)
    backend = app.backend_class(parent=app, log=app.log)
    assert isinstance(backend, DaskBackend)
    assert (backend.max_clusters_per_user, backend.stop_clusters_on_shutdown) == (3, False)
    assert backend.cluster_config_class(parent=backend, worker_cores=0.25).idle_timeout == 300
    authenticator = app.authenticator_class(parent=app)
    assert (authenticator.jupyterhub_service_name, authenticator.use_service_access_scopes) == ("dask-gateway", True)


def test_a_hub_with_a_domain_tells_servers_of_dashboards_there(tmp_path: Path) -> None:
    c = Config()
    c.JupyterHub.services, c.JupyterHub.load_roles, c.LocalHubSpawner.environment = [], [], {}
    configure_dask(c, hub_folder(tmp_path, domain="hub.example.org"))
    variables = c.LocalHubSpawner.environment
    assert variables["DASK_GATEWAY__PUBLIC_ADDRESS"] == "https://hub.example.org/services/dask-gateway"
    assert variables["DASK_GATEWAY__ADDRESS"] == "http://127.0.0.1:9000/services/dask-gateway"
    assert variables["DASK_GATEWAY__PROXY_ADDRESS"] == "gateway://127.0.0.1:9000"
    assert {role["name"] for role in c.JupyterHub.load_roles} == {"user", "server"}


def test_without_dask_a_hub_has_nothing_of_it(tmp_path: Path) -> None:
    c = Config()
    configure_dask(c, hub_folder(tmp_path, dask=False))
    assert c == Config()
