"""People's files: each their own home, shared directories for reading and for those who may write, data to read."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from ipykernel.kernelapp import IPKernelApp
from IPython.core.application import SYSTEM_CONFIG_DIRS
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from components.contract import HEALTH_CHECK_USERS
from components.hub.values import Told, foretold, hub_values
from schemas.community import Deployment
from tests.unit.hub_values.clusters import CLUSTERS
from tests.unit.hub_values.pods import HubOf, Pod, mounts, variables
from tests.unit.hub_values.strategies import resolved

SHARED = [
    {"name": "material", "writers": ["instructors"]},
    {"name": "drop-box", "writers": "everyone"},
    {"name": "handbook", "writers": "admins"},
]
GROUPS = {"instructors": ["grace"]}


def hub(**fields: Any) -> Deployment:
    return resolved({"auth": {"type": "native", "admins": ["ada"]}, **fields}, CLUSTERS[0])


def containers(pod: Pod) -> dict[str, Pod]:
    return {each["name"]: each for each in pod["spec"].get("initContainers", [])}


def test_everybody_has_a_home_of_their_own_on_the_clusters_store() -> None:
    there = HubOf(hub())
    homes = [mounts(there.pod(user=user))["/home/jovyan"] for user in ("ada", "Ada", "ada@example.org", "ada-", "ünal")]
    assert {home["name"] for home in homes} == {"home"}
    folders = [home["subPath"] for home in homes]
    assert folders[0] == "demo-staging/homes/ada"
    assert len(set(folders)) == len(folders)
    assert all(folder.startswith("demo-staging/homes/") and folder.count("/") == 2 for folder in folders)


@pytest.mark.parametrize(
    ("who", "writes"),
    [
        ({"user": "alan"}, {"drop-box"}),
        ({"user": "grace", "groups": ("instructors",)}, {"drop-box", "material"}),
        ({"user": "root", "admin": True}, {"drop-box", "material", "handbook"}),
    ],
)
def test_all_may_read_shared_directories_and_some_may_write(who: dict[str, Any], writes: set[str]) -> None:
    there = HubOf(hub(shared_directories=SHARED, groups=GROUPS))
    found = mounts(there.pod(**who))
    for name in ("material", "drop-box", "handbook"):
        assert found[f"/home/jovyan/{name}"]["readOnly"] is True
        assert found[f"/home/jovyan/{name}"]["subPath"] == f"demo-staging/shared/{name}"
        writable = found.get(f"/home/jovyan/{name}-readwrite")
        assert (writable is not None) == (name in writes)
        assert writable is None or (not writable.get("readOnly") and writable["subPath"].endswith(name))


def test_folders_are_there_and_theirs_before_the_server_starts(tmp_path: Path) -> None:
    pod = HubOf(hub(shared_directories=SHARED, groups=GROUPS)).pod(user="grace@example.org")
    (container,) = containers(pod).values()
    assert container["volumeMounts"] == [{"name": "home", "mountPath": "/store"}]
    # The script itself, in a shell, on a store that stands elsewhere.
    command = [part.replace("/store/", f"{tmp_path}/") for part in container["command"]]
    for _ in range(2):
        subprocess.run(command, check=True)
    home = tmp_path / mounts(pod)["/home/jovyan"]["subPath"]
    assert home.is_dir()
    assert {path.name for path in (tmp_path / "demo-staging/shared").iterdir()} == {"material", "drop-box", "handbook"}


def test_a_home_that_is_not_kept_is_nowhere_but_shared_directories_are() -> None:
    fields = {"home": {"type": "none"}, "shared_directories": SHARED, "groups": GROUPS}
    pod = HubOf(hub(**fields)).pod(user="root", admin=True)
    assert "/home/jovyan" not in mounts(pod)
    assert "/home/jovyan/handbook-readwrite" in mounts(pod)
    assert "demo-staging/homes" not in str(pod)
    empty = HubOf(hub(home={"type": "none"})).pod()
    assert not [each for each in empty["spec"].get("volumes", []) if "persistentVolumeClaim" in each]


def test_kernels_keep_their_history_off_the_file_server(tmp_path: Path) -> None:
    deployment = hub()
    file = hub_values(deployment, foretold(deployment))["jupyterhub"]["singleuser"]["extraFiles"][
        "ipython_kernel_config.json"
    ]
    mounted = Path(file["mountPath"])
    assert str(mounted.parent) in SYSTEM_CONFIG_DIRS
    assert mounted.stem == Path(IPKernelApp().config_file_name).stem
    elsewhere = json.loads(json.dumps(file["data"]).replace("/tmp", str(tmp_path)))
    shell = InteractiveShell(config=Config(elsewhere), ipython_dir=str(tmp_path))
    assert shell.history_manager.hist_file == str(tmp_path / "ipython-history.sqlite")


def test_data_sets_are_there_to_read() -> None:
    data_sets = [{"name": "era5", "nfs_server": "files.example.org", "nfs_path": "/export/era5"}]
    pod = HubOf(hub(data_sets=data_sets)).pod()
    assert mounts(pod)["/data/era5"]["readOnly"] is True
    (volume,) = (each for each in pod["spec"]["volumes"] if each["name"] == "data-era5")
    assert volume["nfs"] == {"server": "files.example.org", "path": "/export/era5", "readOnly": True}


def test_servers_are_told_of_buckets_and_the_community_has_the_last_word() -> None:
    fields = {
        "scratch": {"delete_after_days": 7},
        "external_buckets": [{"name": "big-archive", "url": "gs://example-archive/{old}"}],
        "environment": {"PANGEO_SCRATCH": "elsewhere"},
    }
    told = Told(environment={"SCRATCH_BUCKET": "gs://b/$(JUPYTERHUB_USER)", "PANGEO_SCRATCH": "gs://b"})
    found = variables(HubOf(hub(**fields), told).pod())
    assert found["BIG_ARCHIVE_BUCKET"] == "gs://example-archive/{old}"
    assert found["SCRATCH_BUCKET"] == "gs://b/$(JUPYTERHUB_USER)"
    assert found["PANGEO_SCRATCH"] == "elsewhere"
    names = list(found)
    # Kubernetes fills in only what stands before.
    assert names.index("JUPYTERHUB_USER") < names.index("SCRATCH_BUCKET")


def test_servers_are_somebody_in_the_cloud_and_on_the_bill() -> None:
    pod = HubOf(hub(), Told(pod_labels={"hubs-stage": "staging"})).pod()
    assert pod["spec"]["serviceAccountName"] == "user-sa"
    assert pod["metadata"]["labels"]["hubs-stage"] == "staging"
    assert pod["metadata"]["labels"]["hub.jupyter.org/network-access-hub"] == "true"


def test_a_health_check_forgets_those_before_it_and_nobody_elses_files(tmp_path: Path) -> None:
    there = HubOf(hub())
    assert set(containers(there.pod(user="ada"))) == {"make-folders"}
    pod = there.pod(user=f"{HEALTH_CHECK_USERS}1a2b")
    # The check itself has a home on the store, as people have: that it keeps files is what is checked.
    assert mounts(pod)["/home/jovyan"]["name"] == "home"
    homes = tmp_path / "demo-staging/homes"
    for name in ("ada", f"{HEALTH_CHECK_USERS}0ld", f"{HEALTH_CHECK_USERS}now"):
        (homes / name).mkdir(parents=True)
        (homes / name / "file").write_text("text")
    for name in ("ada", f"{HEALTH_CHECK_USERS}0ld"):
        os.utime(homes / name, (time.time() - 7200,) * 2)
    command = [part.replace("/store/", f"{tmp_path}/") for part in containers(pod)["forget-checks"]["command"]]
    subprocess.run(command, check=True)
    assert {path.name for path in homes.iterdir()} == {"ada", f"{HEALTH_CHECK_USERS}now"}
