"""What zero-to-jupyterhub's jupyterhub_config.py makes of a chart's values, as far as our values use it.

Tests have no chart: they have its default values and its schema. This says anew what its configuration does with them
(zero-to-jupyterhub-k8s 5, jupyterhub/files/hub), so that JupyterHub and KubeSpawner can be had as a release has them.
A hub's pod reads this file too: it imports nothing of the project but where a test asks for it.

    chart_config(values["jupyterhub"], folder=tmp_path)    a traitlets Config
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from traitlets.config import Config

POD_FOLDER = Path("/usr/local/etc/jupyterhub")
RELEASE = "jupyterhub"
DEFAULTS = Path(__file__).resolve().parents[2] / "shared/data/charts/jupyterhub.values.yaml"
SECRETS = {
    "hub.config.ConfigurableHTTPProxy.auth_token": "a" * 64,
    "hub.config.JupyterHub.cookie_secret": "c" * 64,
    "hub.config.CryptKeeper.keys": "e" * 64,
}
"""For whoever only looks at the configuration."""

# Trait by trait: where its value stands among the chart's. None there leaves the trait as it is.
HUB_TRAITS = {
    "active_server_limit": "hub.activeServerLimit",
    "allow_named_servers": "hub.allowNamedServers",
    "authenticate_prometheus": "hub.authenticatePrometheus",
    "base_url": "hub.baseUrl",
    "concurrent_spawn_limit": "hub.concurrentSpawnLimit",
    "named_server_limit_per_user": "hub.namedServerLimitPerUser",
    "redirect_to_server": "hub.redirectToServer",
    "shutdown_on_logout": "hub.shutdownOnLogout",
    "template_paths": "hub.templatePaths",
    "template_vars": "hub.templateVars",
}
SPAWNER_TRAITS = {
    "consecutive_failure_limit": "hub.consecutiveFailureLimit",
    "cmd": "singleuser.cmd",
    "default_url": "singleuser.defaultUrl",
}
POD_TRAITS = {
    "allow_privilege_escalation": "singleuser.allowPrivilegeEscalation",
    "cpu_guarantee": "singleuser.cpu.guarantee",
    "cpu_limit": "singleuser.cpu.limit",
    "environment": "singleuser.extraEnv",
    "events_enabled": "singleuser.events",
    "extra_annotations": "singleuser.extraAnnotations",
    "extra_containers": "singleuser.extraContainers",
    "extra_labels": "singleuser.extraLabels",
    "extra_pod_config": "singleuser.extraPodConfig",
    "extra_resource_guarantees": "singleuser.extraResource.guarantees",
    "extra_resource_limits": "singleuser.extraResource.limits",
    "fs_gid": "singleuser.fsGid",
    "image_pull_policy": "singleuser.image.pullPolicy",
    "init_containers": "singleuser.initContainers",
    "lifecycle_hooks": "singleuser.lifecycleHooks",
    "mem_guarantee": "singleuser.memory.guarantee",
    "mem_limit": "singleuser.memory.limit",
    "node_affinity_preferred": "singleuser.extraNodeAffinity.preferred",
    "node_affinity_required": "singleuser.extraNodeAffinity.required",
    "node_selector": "singleuser.nodeSelector",
    "pod_affinity_preferred": "singleuser.extraPodAffinity.preferred",
    "pod_affinity_required": "singleuser.extraPodAffinity.required",
    "pod_anti_affinity_preferred": "singleuser.extraPodAntiAffinity.preferred",
    "pod_anti_affinity_required": "singleuser.extraPodAntiAffinity.required",
    "pod_name_template": "singleuser.podNameTemplate",
    "profile_list": "singleuser.profileList",
    "service_account": "singleuser.serviceAccountName",
    "start_timeout": "singleuser.startTimeout",
    "storage_extra_labels": "singleuser.storage.extraLabels",
    "uid": "singleuser.uid",
}
WHOLE_CLUSTERS = {"priority": "default-priority", "user-scheduler": "user-scheduler"}
CULLER_FLAGS = {"timeout": "timeout", "every": "cull-every", "concurrency": "concurrency", "maxAge": "max-age"}
CULLER_SCOPES = ("list:users", "read:users:activity", "read:servers", "delete:servers")

MADE_HERE = (
    *HUB_TRAITS.values(),
    *SPAWNER_TRAITS.values(),
    *POD_TRAITS.values(),
    *("cull", "custom", "debug.enabled", "imagePullSecrets"),
    *("hub.config", "hub.db.type", "hub.db.url", "hub.extraConfig", "hub.extraFiles", "hub.loadRoles", "hub.services"),
    *("scheduling.podPriority.enabled", "scheduling.userScheduler.enabled", "scheduling.userPods"),
    *("singleuser.cloudMetadata", "singleuser.extraFiles", "singleuser.extraTolerations", "singleuser.image"),
    *("singleuser.networkTools", "singleuser.storage"),
)
"""Values that the configuration is made of."""
OF_TEMPLATES = (
    *("fullnameOverride", "global", "httpRoute", "imagePullSecret", "ingress", "nameOverride", "prePuller", "proxy"),
    *("rbac", "scheduling.corePods", "scheduling.podPriority", "scheduling.userPlaceholder"),
    *("scheduling.userScheduler", "singleuser.networkPolicy"),
    *("hub.annotations", "hub.command", "hub.containerSecurityContext", "hub.db.pvc", "hub.db.upgrade"),
    *("hub.deploymentStrategy", "hub.existingSecret", "hub.extraContainers", "hub.extraEnv", "hub.extraPodSpec"),
    *("hub.extraVolumeMounts", "hub.extraVolumes", "hub.image", "hub.initContainers", "hub.labels", "hub.lifecycle"),
    *("hub.livenessProbe", "hub.networkPolicy", "hub.nodeSelector", "hub.pdb", "hub.podSecurityContext"),
    *("hub.readinessProbe", "hub.resources", "hub.revisionHistoryLimit", "hub.service", "hub.serviceAccount"),
    "hub.tolerations",
)
"""Values that only make Kubernetes objects of the release."""


class Z2jh:
    """What the chart's module `z2jh` offers to the configuration, given what a pod would read from its volumes."""

    def __init__(
        self, values: Mapping[str, Any], secrets: Mapping[str, str], environment: Mapping[str, str] | None = None
    ) -> None:
        """`values` are whole: the chart's own with ours over them. `secrets` are the Secret hub.existingSecret's."""
        kept = yaml.safe_load(secrets.get("values.yaml") or "{}")
        self.values = merged(values, kept)
        self.secrets = secrets
        self.environment = environment or {}

    def get_config(self, key: str, default: Any = None) -> Any:
        """A value by its path, with dots."""
        value: Any = self.values
        for level in key.split("."):
            if not isinstance(value, dict) or level not in value:
                return default
            value = value[level]
        return value

    def get_secret_value(self, key: str, default: Any = ...) -> Any:
        """One of the Secret's; raises KeyError without a default."""
        return self.secrets[key] if default is ... else self.secrets.get(key, default)

    def get_name(self, name: str) -> str:
        """Of an object of the release. Without fullnameOverride, what is the whole cluster's has the release's name."""
        prefix = self.get_config("fullnameOverride")
        if prefix:
            return str(prefix) if name == "priority" else f"{prefix}-{name}"
        own = f"{self.get_config('Release.Name')}-{WHOLE_CLUSTERS.get(name)}"
        return own if name in WHOLE_CLUSTERS else name

    def get_name_env(self, name: str, suffix: str = "") -> str:
        """What Kubernetes tells the pod of a Service."""
        variable = (self.get_name(name) + suffix).upper().replace("-", "_")
        return self.environment.get(variable, {"HUB_SERVICE_PORT": "8081"}.get(variable, "8001"))

    def set_config_if_not_none(self, section: Any, trait: str, key: str) -> None:
        """Set a trait from a value, unless there is none."""
        if (value := self.get_config(key)) is not None:
            setattr(section, trait, value)

    def module(self) -> ModuleType:
        """What `import z2jh` gives code in the hub's pod."""
        made = ModuleType("z2jh")
        for name in ("get_config", "get_name", "get_name_env", "get_secret_value", "set_config_if_not_none"):
            setattr(made, name, getattr(self, name))
        return made


def chart_config(
    ours: Mapping[str, Any], *, secrets: Mapping[str, str] = SECRETS, folder: Path = POD_FOLDER, release: str = RELEASE
) -> Config:
    """The configuration that a release with our values of the chart has; raises ValueError for a value unknown here.

    `folder` stands for /usr/local/etc/jupyterhub: elsewhere, hub.extraFiles are written there first. A service without
    a token among `secrets` gets one that says its name.
    """
    refuse_unknown(ours)
    tokens = {f"hub.services.{name}.apiToken": f"token-of-{name}" for name in ours.get("hub", {}).get("services", {})}
    z2jh = Z2jh(release_values(ours, release=release), {**tokens, **secrets})
    if folder != POD_FOLDER:
        _write_files(z2jh.get_config("hub.extraFiles"), folder)
    config = Config()
    with _imports_as_before(folder):
        configure(config, z2jh, folder)
    return config


def release_values(ours: Mapping[str, Any], *, release: str = RELEASE) -> dict[str, Any]:
    """The chart's own values with ours over them, and what helm tells of the release."""
    about = {"Chart": {"Name": "jupyterhub", "Version": "0.0.0-test"}, "Release": {"Name": release, "Service": "Helm"}}
    return merged(merged(deepcopy(_defaults()), json.loads(json.dumps(ours))), about)


@cache
def _defaults() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))
    return read


def refuse_unknown(ours: Mapping[str, Any]) -> None:
    """Raises ValueError where ours holds what nothing here makes anything of."""
    known = (*MADE_HERE, *OF_TEMPLATES)
    unknown = [path for path in _leaves(ours) if not any(f"{path}.".startswith(f"{one}.") for one in known)]
    if unknown:
        raise ValueError(f"tests/chart_config.py knows nothing of {', '.join(unknown)}")


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """As helm does it: mappings by key, everything else whole."""
    result = {key: merged(value, {}) if isinstance(value, Mapping) else value for key, value in below.items()}
    for key, value in above.items():
        if isinstance(value, Mapping):
            there = result.get(key)
            result[key] = merged(there if isinstance(there, Mapping) else {}, value)
        else:
            result[key] = value
    return result


def configure(c: Config, z2jh: Z2jh, folder: Path) -> None:
    """Everything, in the chart's order: later ones win."""
    for part in (_hub, _database, _pods, _where_pods_go, _storage, _metadata_server, _services, _sections):
        part(c, z2jh)
    sys.modules["z2jh"] = z2jh.module()
    sys.path.insert(0, str(folder))
    # The chart runs these in its own module: its names are theirs.
    names = {"c": c, **{name: getattr(z2jh, name) for name in ("get_config", "get_name", "get_secret_value")}}
    for key, code in sorted(z2jh.get_config("hub.extraConfig", {}).items()):
        exec(compile(code, key, "exec"), names)


def in_pod(c: Config, folder: Path = POD_FOLDER) -> None:
    """In a hub's pod: from what the chart mounted there."""
    values = yaml.safe_load((folder / "secret/values.yaml").read_text(encoding="utf-8"))
    secrets = {
        file.name: file.read_text(encoding="utf-8")
        for below in ("secret", "existing-secret")
        for file in sorted((folder / below).glob("*"))
        if file.is_file() and (below, file.name) != ("secret", "values.yaml")
    }
    configure(c, Z2jh(values, secrets, os.environ), folder)


def _hub(c: Config, z2jh: Z2jh) -> None:
    c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
    c.JupyterHub.cleanup_servers = False
    c.JupyterHub.last_activity_interval = 60
    c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
    c.JupyterHub.hub_bind_url = "http://:8081"
    c.JupyterHub.hub_connect_url = f"http://{z2jh.get_name('hub')}:{z2jh.get_name_env('hub', '_SERVICE_PORT')}"
    c.ConfigurableHTTPProxy.should_start = False
    proxy = z2jh.get_name_env("proxy-api", "_SERVICE_PORT")
    c.ConfigurableHTTPProxy.api_url = f"http://{z2jh.get_name('proxy-api')}:{proxy}"
    for section, traits in ((c.JupyterHub, HUB_TRAITS), (c.Spawner, SPAWNER_TRAITS), (c.KubeSpawner, POD_TRAITS)):
        for trait, key in traits.items():
            z2jh.set_config_if_not_none(section, trait, key)
    if z2jh.get_config("debug.enabled"):
        c.JupyterHub.log_level = "DEBUG"
        c.Spawner.debug = True
    c.JupyterHub.cookie_secret = z2jh.get_secret_value("hub.config.JupyterHub.cookie_secret")
    c.CryptKeeper.keys = z2jh.get_secret_value("hub.config.CryptKeeper.keys").split(";")


def _database(c: Config, z2jh: Z2jh) -> None:
    kind = z2jh.get_config("hub.db.type")
    known = {"sqlite-pvc": "sqlite:///jupyterhub.sqlite", "sqlite-memory": "sqlite://"}
    c.JupyterHub.db_url = known.get(kind) or z2jh.get_config("hub.db.url")


def _pods(c: Config, z2jh: Z2jh) -> None:
    name, release = z2jh.get_config("nameOverride") or "jupyterhub", z2jh.get_config("Release.Name")
    chart = f"jupyterhub-{z2jh.get_config('Chart.Version')}"
    c.KubeSpawner.common_labels = {
        "app.kubernetes.io/name": name,
        "app": name,
        "app.kubernetes.io/instance": release,
        "release": release,
        "helm.sh/chart": chart,
        "chart": chart,
        "app.kubernetes.io/managed-by": "kubespawner",
    }
    c.KubeSpawner.namespace = os.environ.get("POD_NAMESPACE", "default")
    image, tag = z2jh.get_config("singleuser.image.name"), z2jh.get_config("singleuser.image.tag")
    c.KubeSpawner.image = f"{image}:{tag}" if tag else image
    pull = [*z2jh.get_config("imagePullSecrets", []), *z2jh.get_config("singleuser.image.pullSecrets", [])]
    if pull:
        c.KubeSpawner.image_pull_secrets = pull


def _where_pods_go(c: Config, z2jh: Z2jh) -> None:
    if z2jh.get_config("scheduling.userScheduler.enabled"):
        c.KubeSpawner.scheduler_name = z2jh.get_name("user-scheduler")
    if z2jh.get_config("scheduling.podPriority.enabled"):
        c.KubeSpawner.priority_class_name = z2jh.get_name("priority")
    users = [{"key": "hub.jupyter.org/node-purpose", "operator": "In", "values": ["user"]}]
    match z2jh.get_config("scheduling.userPods.nodeAffinity.matchNodePurpose"):
        case "prefer":
            c.KubeSpawner.node_affinity_preferred.append({"weight": 100, "preference": {"matchExpressions": users}})
        case "require":
            c.KubeSpawner.node_affinity_required.append({"matchExpressions": users})
    c.KubeSpawner.tolerations = [
        *z2jh.get_config("scheduling.userPods.tolerations", []),
        *z2jh.get_config("singleuser.extraTolerations", []),
    ]


def _storage(c: Config, z2jh: Z2jh) -> None:
    kind = z2jh.get_config("singleuser.storage.type")
    if kind not in ("static", "none", None):
        raise ValueError(f"tests/chart_config.py knows nothing of storage of type {kind}")
    volumes: dict[str, Any] = {}
    mounts: dict[str, Any] = {}
    if kind == "static":
        home = z2jh.get_config("singleuser.storage")
        claim, sub_path = home["static"]["pvcName"], home["static"]["subPath"]
        volumes["home"] = {"name": "home", "persistentVolumeClaim": {"claimName": claim}}
        mounts["home"] = {"mountPath": home["homeMountPath"], "name": "home", "subPath": sub_path}
    if files := z2jh.get_config("singleuser.extraFiles"):
        items = [{"key": key, "path": key, **_mode(file)} for key, file in files.items()]
        volumes["files"] = {"name": "files", "secret": {"secretName": z2jh.get_name("singleuser"), "items": items}}
        for index, (key, file) in enumerate(files.items()):
            mounts[f"{index}-files"] = {"mountPath": file["mountPath"], "subPath": key, "name": "files"}
    extra = z2jh.get_config("singleuser.storage.extraVolumes") or {}
    volumes |= extra if isinstance(extra, dict) else {one["name"]: one for one in extra}
    extra = z2jh.get_config("singleuser.storage.extraVolumeMounts") or {}
    mounts |= extra if isinstance(extra, dict) else {f"{index}-{one['name']}": one for index, one in enumerate(extra)}
    c.KubeSpawner.volumes, c.KubeSpawner.volume_mounts = volumes, mounts


def _mode(file: Mapping[str, Any]) -> dict[str, Any]:
    return {"mode": file["mode"]} if "mode" in file else {}


def _metadata_server(c: Config, z2jh: Z2jh) -> None:
    about = z2jh.get_config("singleuser.cloudMetadata")
    if about.get("blockWithIptables") is not True:
        return
    image = z2jh.get_config("singleuser.networkTools.image")
    rule = f"--append OUTPUT --protocol tcp --destination {about['ip']} --destination-port 80 --jump DROP"
    c.KubeSpawner.init_containers.append(
        {
            "name": "block-cloud-metadata",
            "image": f"{image['name']}:{image['tag']}",
            "command": ["iptables", *rule.split()],
            "securityContext": {"privileged": True, "runAsUser": 0, "capabilities": {"add": ["NET_ADMIN"]}},
        }
    )


def _services(c: Config, z2jh: Z2jh) -> None:
    c.JupyterHub.services, c.JupyterHub.load_roles = [], []
    cull = z2jh.get_config("cull")
    if cull["enabled"]:
        _culler(c, cull, z2jh.get_config("hub.baseUrl", "/"))
    for name, service in z2jh.get_config("hub.services", {}).items():
        given = {key: value for key, value in service.items() if key != "apiToken"}
        token = z2jh.get_secret_value(f"hub.services.{name}.apiToken")
        c.JupyterHub.services.append({"name": name, **given, "api_token": token})
    for name, role in z2jh.get_config("hub.loadRoles", {}).items():
        c.JupyterHub.load_roles.append({"name": name, **role})


def _culler(c: Config, cull: Mapping[str, Any], base_url: str) -> None:
    name, scopes = "jupyterhub-idle-culler", list(CULLER_SCOPES)
    command = ["python3", "-m", "jupyterhub_idle_culler", f"--url=http://localhost:8081{base_url.rstrip('/')}/hub/api"]
    command += [f"--{flag}={cull[key]}" for key, flag in CULLER_FLAGS.items() if cull.get(key)]
    if cull.get("users"):
        command.append("--cull-users")
        scopes.append("admin:users")
    if not cull.get("adminUsers"):
        command.append("--cull-admin-users=false")
    if cull.get("removeNamedServers"):
        command.append("--remove-named-servers")
    c.JupyterHub.services.append({"name": name, "command": command})
    c.JupyterHub.load_roles.append({"name": name, "scopes": scopes, "services": [name]})


def _sections(c: Config, z2jh: Z2jh) -> None:
    kept = {"JupyterHub": {"proxy_auth_token", "cookie_secret", "services"}}
    kept |= {"ConfigurableHTTPProxy": {"auth_token"}, "CryptKeeper": {"keys"}}
    for section, traits in z2jh.get_config("hub.config", {}).items():
        if not section[:1].isupper():
            raise ValueError(f"hub.config.{section} is no class's name")
        told = {trait: value for trait, value in traits.items() if trait not in kept.get(section, ())}
        c[section].update(told)


def _write_files(files: Mapping[str, Any], folder: Path) -> None:
    for file in files.values():
        target = folder / Path(file["mountPath"]).relative_to(POD_FOLDER)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = file.get("stringData")
        target.write_text(text if text is not None else _dumped(file), encoding="utf-8")


def _dumped(file: Mapping[str, Any]) -> str:
    dump: Callable[[Any], str] = json.dumps if str(file["mountPath"]).endswith(".json") else yaml.safe_dump
    return dump(file["data"])


def _leaves(values: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"


@contextmanager
def _imports_as_before(folder: Path) -> Iterator[None]:
    """For the next configuration in this process, which has files and values of its own."""
    modules, path = dict(sys.modules), list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = path
        sys.modules.pop("z2jh", None)
        for name, module in list(sys.modules.items()):
            if name not in modules and str(getattr(module, "__file__", None)).startswith(str(folder)):
                del sys.modules[name]
