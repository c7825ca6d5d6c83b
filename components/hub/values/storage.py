"""People's files: homes, shared directories, data sets, and variables that tell of buckets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from components.charts import charts
from components.contract import HEALTH_CHECK_USERS
from components.hub import layout
from components.hub.values.merging import ChartValues, Values
from components.hub.values.server_pods import literal
from components.hub.values.told import Told

if TYPE_CHECKING:
    from schemas.community import Deployment

VOLUME = "home"
"""The chart's own name for the claim of homes."""
HOME = "/home/jovyan"
OWNER = "1000:100"
"""As whom servers run: zero-to-jupyterhub's singleuser.uid and fsGid."""
PERSON = "{username}"
"""KubeSpawner puts the person's name here, as it may stand in names of folders."""
TOOLS_IMAGE = "quay.io/jupyterhub/k8s-network-tools"
"""The chart's own small image for what happens before a server starts (singleuser.networkTools.image of its values); a
release of the chart tags it with its version. Whoever mirrors the chart's images has it. Never the server's own image:
people may choose that, and this has everybody's files before it."""
STORE = "/store"
KERNEL_CONFIG = {
    # IPython writes each line that is run to a database in the home, and SQLite does not go well with file servers:
    # hubs of 2i2c do without (helm-charts/basehub/values.yaml at 9ad7cd0fc). Here it ends with the server.
    "mountPath": "/usr/local/etc/ipython/ipython_kernel_config.json",
    "data": {"HistoryManager": {"hist_file": "/tmp/ipython-history.sqlite"}},  # noqa: S108 - the pod is one person's
}
# Kubernetes makes folders as root, where servers could not write. A file server that knows only one owner refuses
# another, and needs none.
MAKE = """\
for folder in "$@"; do
  mkdir -p "$folder" || exit 1
  chown {owner} "$folder" || echo "the owner of $folder stays as it is"
done
"""


def values(deployment: Deployment, told: Told) -> ChartValues:
    """Who writes to shared directories is decided for each person by code in the hub's pod."""
    server: Values = {
        "serviceAccountName": layout.SERVICE_ACCOUNT,
        "extraLabels": dict(told.pod_labels),
        "extraEnv": {**told.environment, **literal(file_variables(deployment))},
        "extraFiles": {"ipython_kernel_config.json": KERNEL_CONFIG},
        "storage": _storage(deployment),
    }
    folders = _folders(deployment)
    if folders:
        server["initContainers"] = [_init_container(deployment, folders)]
    return {"jupyterhub": {"singleuser": server, "custom": {"hubs": _for_the_pod(deployment)}}}


def file_variables(deployment: Deployment) -> dict[str, str]:
    """Variables of servers that the file alone tells: of somebody else's buckets, and the community's own word last."""
    hub = deployment.hub
    external = layout.bucket_variables({bucket.name: bucket.url for bucket in hub.external_buckets})
    return {**external, **hub.environment}


def _storage(deployment: Deployment) -> Values:
    hub = deployment.hub
    volumes: Values = {}
    mounts: Values = {}
    persistent = hub.home.type == "persistent"
    if hub.shared_directories and not persistent:
        volumes[VOLUME] = {"name": VOLUME, "persistentVolumeClaim": {"claimName": layout.HOMES_CLAIM}}
    for name, folder in layout.shared_folders(deployment).items():
        mounts[f"shared-{name}"] = {
            "name": VOLUME,
            "mountPath": f"{HOME}/{name}",
            "subPath": folder,
            "readOnly": True,
        }
    for data_set in hub.data_sets:
        name = f"data-{data_set.name}"
        nfs = {"server": data_set.nfs_server, "path": data_set.nfs_path, "readOnly": True}
        volumes[name] = {"name": name, "nfs": nfs}
        mounts[name] = {"name": name, "mountPath": f"/data/{data_set.name}", "readOnly": True}
    static = {"pvcName": layout.HOMES_CLAIM, "subPath": _home(deployment)}
    return {
        "type": "static" if persistent else "none",
        "homeMountPath": HOME,
        **({"static": static} if persistent else {}),
        "extraVolumes": volumes,
        "extraVolumeMounts": mounts,
    }


def _home(deployment: Deployment) -> str:
    return f"{layout.homes_folder(deployment)}/{PERSON}"


def _folders(deployment: Deployment) -> list[str]:
    """Those that must be there, and a server's own, before it starts."""
    own = [_home(deployment)] if deployment.hub.home.type == "persistent" else []
    return [*own, *layout.shared_folders(deployment).values()]


def _init_container(deployment: Deployment, folders: list[str]) -> Values:
    script = MAKE.replace("{owner}", OWNER)
    return {
        **_store(deployment),
        "command": ["sh", "-c", script, "make-folders", *(f"{STORE}/{folder}" for folder in folders)],
    }


def default_tools_image() -> str:
    """What comes before a server where nobody says otherwise."""
    return f"{TOOLS_IMAGE}:{charts()['jupyterhub'].version}"


def _tools_image(deployment: Deployment) -> str:
    """Also where hub.helm_values names another, as places without internet do."""
    said: Any = deployment.hub.helm_values.get("jupyterhub", {})
    for key in ("singleuser", "networkTools", "image"):
        said = (said.get(key) if isinstance(said, Mapping) else None) or {}
    name, _, tag = default_tools_image().rpartition(":")
    image = {"name": name, "tag": tag, **(said if isinstance(said, Mapping) else {})}
    return f"{image['name']}:{image['tag']}"


def _store(deployment: Deployment) -> dict[str, Any]:
    """A container of ours that has the whole store before it; people's code never does."""
    return {
        "name": "make-folders",
        "image": _tools_image(deployment),
        "volumeMounts": [{"name": VOLUME, "mountPath": STORE}],
        "resources": {
            "requests": {"cpu": "1m", "memory": "8Mi"},
            "limits": {"cpu": "200m", "memory": "64Mi"},
        },
        "securityContext": {"runAsUser": 0, "allowPrivilegeEscalation": False},
    }


def _for_the_pod(deployment: Deployment) -> Values:
    hub, folders = deployment.hub, layout.shared_folders(deployment)
    shared = [
        {
            "name": directory.name,
            "writers": directory.writers if isinstance(directory.writers, str) else list(directory.writers),
            "sub_path": folders[directory.name],
            "mount_path": f"{HOME}/{directory.name}",
        }
        for directory in hub.shared_directories
    ]
    homes: Values = {"volume": VOLUME}
    if hub.home.type == "persistent":
        homes |= {"folder": layout.homes_folder(deployment), "init_container": _store(deployment)}
    return {"health_check_users": HEALTH_CHECK_USERS, "homes": homes, "shared_directories": shared}
