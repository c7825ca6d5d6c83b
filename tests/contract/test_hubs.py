"""A hub's stack on a cluster: what only it knows, its charts, its limits, and the way in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from components.charts import charts
from components.clouds import cloud
from components.contract import HubArgs
from components.hub import layout
from components.hub.values import charts_of
from components.kubeconfig import exec_kubeconfig
from schemas.community import Deployment
from schemas.secrets import StageSecrets
from tests.contract.conftest import asked, resources
from tests.e2e.simulated.conftest import Outcome, Simulation, Stack, simulated

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("contract")]

KUBECONFIG = exec_kubeconfig("demo", "https://203.0.113.9", None, command="nobody", install_hint="")
FACTS: dict[str, Any] = {
    "kubeconfig": KUBECONFIG,
    "oidc_issuer": "example-hubs.svc.id.goog",
    "pools": {},
    "homes": {"nfs_server": "10.2.0.11", "nfs_path": "/", "size_gib": 10, "storage_class": None},
    "registry": {"host": "europe-docker.pkg.dev", "prefix": "europe-docker.pkg.dev/example-hubs/hubs"},
    "gateway": {"class": "hubs", "name": "hubs", "namespace": "gateway", "issuer": "hubs", "address": "203.0.113.4"},
    "entrance": {"ingress_class": "nginx"},
}
HUB: dict[str, Any] = {
    "domain": "hub.reef.example.org",
    "auth": {"type": "dummy", "admins": ["ada"]},
    "image": "registry.example.org/base:2026-01-05",
    "dask": True,
    "profiles": [
        {"slug": "small", "title": "Small", "default": True},
        {"slug": "gpu", "title": "With a GPU", "node_pool": "gpu"},
    ],
    "classes": [
        {
            "name": "statistics",
            "servers": 3,
            "start": "09:15",
            "end": "10:45",
            "timezone": "Europe/Berlin",
            "profile": "gpu",
        }
    ],
    "external_buckets": [
        {"name": "archive", "url": "gs://example-archive/2026", "access": "read"},
        {"name": "open", "url": "s3://example-open", "access": "public"},
    ],
}
SECRET_MARK = "4dabf18193072939515e22adb298388d"
"""By which the engine tells a secret (pulumi/sdk/go/common/resource/sig)."""
REAL_SECRET = "not-for-other-eyes"


def deployment(hub: Mapping[str, Any], *, provider: str = "gcp", **cluster: Any) -> Deployment:
    """One stage of a community."""
    values = asked("gcp") if provider == "gcp" else {}
    return Deployment.model_validate(
        {
            "community": "reef",
            "stage": "prod",
            "title": "Reef",
            "archetype": "research",
            "contacts": [],
            "cluster_name": "demo",
            "cluster": {**values, **cluster, "provider": provider},
            "hub": hub,
            "images": {},
        }
    )


def hub_program(asked_for: Deployment, *, facts: Mapping[str, Any] = FACTS, **options: Any) -> Callable[[], None]:
    def program() -> None:
        import pulumi

        args = HubArgs(deployment=asked_for, project=Path.cwd(), cluster_facts=facts, **options)
        outputs = cloud(asked_for.cluster.provider).hub(asked_for.stack, args)
        pulumi.export("url", outputs.url)
        pulumi.export("facts", outputs.facts)
        pulumi.export("health_token", outputs.health_token)
        pulumi.export("password", outputs.password)

    return program


def stack(simulation: Simulation, hub: Mapping[str, Any] = HUB, **options: Any) -> Stack:
    asked_for = deployment(hub)
    return simulation.stack(asked_for.stack, hub_program(asked_for, **options), {})


class Reef:
    """The hub that asks for everything, made once and then once more."""

    def __init__(self, simulation: Simulation, hub: Mapping[str, Any] = HUB) -> None:
        self.simulation = simulation
        made = stack(simulation, hub)
        self.made, self.again = made.up(), made.up()
        assert not self.made.failed, self.made.text
        self.resources = resources(made)
        self.state = "".join(file.read_text() for file in (simulation.root / "state").rglob("*.json"))

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """Inputs of resources of a kind, by their name in the cluster."""
        found = [one["inputs"] for one in self.resources if one["type"].endswith(f":{kind}")]
        return {(one.get("metadata") or one)["name"]: one for one in found}

    def release(self, chart: str) -> dict[str, Any]:
        """Inputs of the release of a chart, wherever the chart comes from."""
        (found,) = (one for one in self.of("Release").values() if one["chart"].rpartition("/")[2] == chart)
        return found


@pytest.fixture(scope="module")
def reef(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Reef:
    return Reef(simulated(tmp_path_factory.mktemp("reef"), tools, strict=True))


def test_a_second_run_changes_nothing(reef: Reef) -> None:
    assert reef.again.changes == []


def test_charts_are_released_one_after_the_other_and_go_back_when_they_fail(reef: Reef) -> None:
    releases = reef.of("Release")
    told = {chart: f"reef-prod-{chart}" for chart in ("jupyterhub", "dask-gateway")}
    assert reef.made.outputs["facts"]["releases"] == told
    assert set(releases) == {"reef-prod-jupyterhub", "reef-prod-dask-gateway"}
    for name, inputs in releases.items():
        chart = charts()[name.removeprefix("reef-prod-")]
        assert (inputs["chart"], inputs["version"]) == (chart.chart, chart.version)
        assert inputs["atomic"] is True
        assert not inputs.get("skipAwait")
        assert inputs["timeout"] >= 2 * 600
    done = [name for _, kind, name in reef.made.steps if kind.endswith(":Release")]
    assert done == ["reef-prod-jupyterhub", "reef-prod-dask-gateway"]
    assert reef.made.outputs["facts"]["charts"] == {name: charts()[name].version for name in charts_of(deployment(HUB))}


def test_no_secret_is_in_a_release_or_in_the_clear(reef: Reef) -> None:
    told = {reef.made.outputs["health_token"], reef.made.outputs["password"]}
    assert all(len(secret) >= 20 for secret in told)
    assert not [secret for secret in told if secret in reef.state]
    (secret,) = [one for one in reef.resources if one["type"].endswith(":Secret")]
    assert SECRET_MARK in secret["inputs"]["stringData"]
    assert SECRET_MARK not in json.dumps(reef.of("Release")), "a release was given a secret"


def test_programs_find_all_their_secrets_in_one_place(simulation: Simulation) -> None:
    made = stack(simulation, {**HUB, "auth": {"type": "native"}}, secrets=StageSecrets(client_secret=REAL_SECRET))
    outcome = made.up()
    assert not outcome.failed, outcome.text
    content = secret_content(made)
    assert set(content) == {
        "hub.config.ConfigurableHTTPProxy.auth_token",
        "hub.config.JupyterHub.cookie_secret",
        "hub.config.CryptKeeper.keys",
        layout.token_key("health"),
        layout.token_key("dask-gateway"),
        "values.yaml",
    }
    assert content[layout.token_key("health")] == outcome.outputs["health_token"]
    assert outcome.outputs.get("password") is None
    drawn = [value for key, value in content.items() if key != "values.yaml"]
    assert len(set(drawn)) == len(drawn)
    assert all(len(bytes.fromhex(value)) == 32 for value in drawn)


def test_another_sign_in_secret_restarts_what_reads_it_and_changes_no_key(simulation: Simulation) -> None:
    github = {"client_id": "Iv1.0", "client_secret_env": "REEF", "allowed_organizations": ["example"]}
    hub = {**HUB, "auth": {"type": "github", "github": github}}
    before = stack(simulation, hub, secrets=StageSecrets(client_secret=REAL_SECRET))
    first = before.up()
    assert not first.failed, first.text
    content = secret_content(before)
    assert REAL_SECRET in content["values.yaml"]
    assert REAL_SECRET not in "".join(file.read_text() for file in (simulation.root / "state").rglob("*.json"))

    after = stack(simulation, hub, secrets=StageSecrets(client_secret="another"))
    second = after.up()
    assert set(second.changes) == {
        ("update", "reef-prod-secrets"),
        ("update", "reef-prod-jupyterhub"),
        ("update", "reef-prod-dask-gateway"),
    }
    assert {**secret_content(after), "values.yaml": ""} == {**content, "values.yaml": ""}


@pytest.mark.parametrize(
    ("change", "steps"),
    [
        ({"homepage": {"announcement": "Maintenance on Friday"}}, {("update", "reef-prod-jupyterhub")}),
        ({"culling": {"idle_timeout_minutes": 90}}, {("update", "reef-prod-jupyterhub")}),
        ({"dask": {"idle_timeout_minutes": 15}}, {("update", "reef-prod-dask-gateway")}),
        ({"scratch": {}}, None),
    ],
)
def test_an_edit_touches_what_it_is_about(
    reef: Reef, change: Mapping[str, Any], steps: set[tuple[str, str]] | None
) -> None:
    foretold = stack(reef.simulation, {**HUB, **change}).preview()
    assert not foretold.failed, foretold.text
    if steps is None:
        assert "reef-prod-scratch" in foretold.of("create")
        assert set(foretold.changes) - {("create", name) for name in foretold.of("create")} == {
            ("update", "reef-prod-jupyterhub"),
            ("update", "reef-prod-dask-gateway"),
        }
    else:
        assert set(foretold.changes) == steps


def test_nothing_gets_in_or_out_that_nobody_speaks_of(reef: Reef) -> None:
    policies = reef.of("NetworkPolicy")
    assert policies["nothing-else"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    (hard,) = (one["spec"]["hard"] for one in reef.of("ResourceQuota").values())
    assert (hard["services.loadbalancers"], hard["services.nodeports"]) == ("0", "0")
    assert "way-in" not in policies, "it would open the proxy to all that is beside the gateway"
    (way_in,) = reef.release("jupyterhub")["values"]["proxy"]["chp"]["networkPolicy"]["ingress"]
    (source,) = way_in["from"]
    assert source["namespaceSelector"] == {"matchLabels": {"kubernetes.io/metadata.name": "gateway"}}
    assert source["podSelector"]["matchLabels"], "the gateway's pods alone"
    (prove,) = policies["certificate"]["spec"]["ingress"]
    assert prove["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "gateway"}}}]
    (limit,) = (one["spec"]["limits"] for one in reef.of("LimitRange").values())
    assert limit == [{"type": "Container", "defaultRequest": {"cpu": "1m", "memory": "8Mi"}}]


def test_people_come_in_by_a_gateway_of_the_hubs_own(reef: Reef) -> None:
    gateway, route = reef.of("Gateway")["hub"], reef.of("HTTPRoute")["hub"]
    assert gateway["metadata"]["annotations"] == {"cert-manager.io/cluster-issuer": "hubs"}
    assert gateway["spec"]["gatewayClassName"] == "hubs"
    assert [listener["hostname"] for listener in gateway["spec"]["listeners"]] == ["hub.reef.example.org"]
    *measurements, all_else = route["spec"]["rules"]
    assert all_else == {"backendRefs": [{"name": "proxy-public", "port": 80}], "timeouts": {"request": "0s"}}
    assert [rule["matches"][0]["path"]["value"] for rule in measurements] == ["/hub/metrics"]
    assert not any("backendRefs" in rule for rule in measurements)
    assert reef.made.outputs["url"] == "https://hub.reef.example.org/"


def test_the_runtime_finds_the_cluster_again_and_facts_hold_no_secret(reef: Reef) -> None:
    facts = reef.made.outputs["facts"]
    assert (facts["provider"], facts["cluster"], facts["namespace"]) == ("gcp", "demo", "reef-prod")
    assert facts["kubeconfig"] == KUBECONFIG
    told = json.dumps(facts)
    assert reef.made.outputs["health_token"] not in told
    assert reef.made.outputs["password"] not in told


def test_classes_have_room_that_only_the_hub_may_scale(reef: Reef) -> None:
    assert reef.of("StatefulSet")["class-placeholder-gpu"]["spec"]["replicas"] == 0
    (rule,) = reef.of("Role")["classes"]["rules"]
    assert rule["verbs"] == ["get", "patch"]
    assert "class-placeholder-gpu" in rule["resourceNames"]
    (subject,) = reef.of("RoleBinding")["classes"]["subjects"]
    assert (subject["name"], subject["namespace"]) == ("hub", "reef-prod")


def test_the_form_of_profiles_fits_into_a_config_map(reef: Reef) -> None:
    (packed,) = reef.of("ConfigMap")["profile-form"]["binaryData"].values()
    assert 100_000 < len(packed) < 1024**2


def test_others_buckets_are_granted_where_their_owner_must_agree(reef: Reef) -> None:
    granted = [one["inputs"] for one in reef.resources if one["type"].endswith(":BucketIAMMember")]
    assert {one["bucket"] for one in granted} == {"example-archive"}
    assert {one["role"] for one in granted} == {"roles/storage.objectViewer", "roles/storage.legacyBucketReader"}


@pytest.mark.parametrize(
    ("provider", "url", "refused"),
    [
        ("gcp", "gs://example-archive", False),
        ("gcp", "s3://example-archive", True),
        ("aws", "s3://example-archive", False),
        ("azure", "abfs://archive@example.dfs.core.windows.net", True),
        ("existing", "s3://example-archive", True),
    ],
)
def test_rights_that_a_cloud_cannot_give_are_refused(provider: str, url: str, refused: bool) -> None:
    def of(access: str) -> list[tuple[str | int, ...]]:
        hub = {"domain": "hub.example.org", "external_buckets": [{"name": "archive", "url": url, "access": access}]}
        asked_for = deployment(hub).model_copy()
        return [refusal.path for refusal in cloud(provider).refusals(asked_for)]

    assert of("public") == []
    assert of("read") == ([("hub", "external_buckets", 0, "access")] if refused else [])


def test_charts_come_from_the_mirror(simulation: Simulation) -> None:
    asked_for = deployment(HUB, chart_mirror="oci://registry.example.org/charts")
    made = simulation.stack(asked_for.stack, hub_program(asked_for), {})
    outcome = made.up()
    assert not outcome.failed, outcome.text
    releases = [one["inputs"] for one in resources(made) if one["type"].endswith(":Release")]
    assert {one["chart"] for one in releases} == {
        f"oci://registry.example.org/charts/{chart}" for chart in charts_of(asked_for)
    }


def test_on_somebody_elses_cluster_people_come_in_by_its_ingress(simulation: Simulation) -> None:
    hub = {**HUB, "external_buckets": [], "classes": [], "profiles": [], "dask": None}
    asked_for = deployment(hub, provider="existing", existing={"context": "theirs"}, node_pools={})
    made = simulation.stack(asked_for.stack, hub_program(asked_for), {})
    outcome: Outcome = made.up()
    assert not outcome.failed, outcome.text
    (ingress,) = (one["inputs"]["spec"] for one in resources(made) if one["type"].endswith(":Ingress"))
    assert ingress["ingressClassName"] == "nginx"
    assert ingress["tls"] == [{"hosts": ["hub.reef.example.org"], "secretName": "hub-certificate"}]
    assert not [one for one in resources(made) if one["type"].endswith(":Gateway")]
    (release,) = (one["inputs"] for one in resources(made) if one["type"].endswith(":Release"))
    # An Ingress cannot say that one path leads nowhere, but by words of one controller's own.
    assert release["values"]["hub"]["authenticatePrometheus"] is True


def test_images_reach_all_nodes_of_somebody_elses_that_servers_go_to(simulation: Simulation) -> None:
    """Taints that only a look at the nodes tells, of the default pool and of another."""
    pools = {
        name: {"cpu": 4, "memory_gib": 16, "node_selector": {"example.org/nodes": name}} for name in ("user", "more")
    }
    taints = {
        name: {"key": f"example.org/{name}", "operator": "Exists", "effect": "NoSchedule"} for name in (*pools, "both")
    }
    facts = {
        **FACTS,
        "pools": {name: {"role": "user", "tolerations": [taints[name], taints["both"]]} for name in pools},
    }
    profiles = [{"slug": name, "title": name, "node_pool": name, "default": name == "user"} for name in pools]
    hub = {**HUB, "external_buckets": [], "classes": [], "profiles": profiles, "dask": None}
    asked_for = deployment(hub, provider="existing", existing={"context": "theirs"}, node_pools=pools)
    made = simulation.stack(asked_for.stack, hub_program(asked_for, facts=facts), {})
    outcome: Outcome = made.up()
    assert not outcome.failed, outcome.text
    (release,) = (one["inputs"] for one in resources(made) if one["type"].endswith(":Release"))
    assert release["values"]["prePuller"]["extraTolerations"] == [taints["user"], taints["both"], taints["more"]]
    assert release["values"]["singleuser"]["extraTolerations"] == [taints["user"], taints["both"]]


@pytest.fixture(scope="module")
def builder(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Reef, dict[str, str]]:
    """A hub that builds images, and what its secrets hold."""
    hub = {**HUB, "binder": {"registry": "registry.example.org/hubs"}}
    made = Reef(simulated(tmp_path_factory.mktemp("builder"), tools, strict=True), hub)
    return made, secret_content(stack(made.simulation, hub), layout.BUILDS_TOKEN)


def test_what_builds_is_privileged_in_a_namespace_of_its_own(builder: tuple[Reef, dict[str, str]]) -> None:
    made, token = builder
    assert made.again.changes == []
    level = "pod-security.kubernetes.io/enforce"
    levels = {name: one["metadata"]["labels"][level] for name, one in made.of("Namespace").items()}
    assert levels == {"reef-prod": "baseline", "reef-prod-builds": "privileged"}
    release = made.of("Release")["binder"]
    assert release["namespace"] == "reef-prod-builds"
    assert made.made.outputs["facts"]["builds_namespace"] == "reef-prod-builds"
    assert list(token) == [layout.token_key("binder")]
    variables = {one["name"]: one for one in release["values"]["extraEnv"]}
    asked = variables["JUPYTERHUB_API_TOKEN"]["valueFrom"]["secretKeyRef"]
    assert (asked["name"], asked["key"]) == (layout.BUILDS_TOKEN, layout.token_key("binder"))
    assert variables["JUPYTERHUB_API_URL"]["value"] == "http://hub.reef-prod:8081/hub/api"
    service = made.of("Release")["reef-prod-jupyterhub"]["values"]["hub"]["services"]["binder"]
    assert service["url"] == "http://binder-binderhub.reef-prod-builds"


def test_both_namespaces_let_binder_and_the_hub_at_each_other(builder: tuple[Reef, dict[str, str]]) -> None:
    made, _ = builder
    found = {
        (one["metadata"]["namespace"], one["metadata"]["name"]): one["spec"]
        for one in (each["inputs"] for each in made.resources if each["type"].endswith(":NetworkPolicy"))
    }
    assert found["reef-prod-builds", "nothing-else"] == found["reef-prod", "nothing-else"]
    (in_,), (out,) = (
        found["reef-prod", "from-binder"]["ingress"][0]["from"],
        found["reef-prod", "to-binder"]["egress"][0]["to"],
    )
    for place in (in_, out):
        assert place["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "reef-prod-builds"}
        assert place["podSelector"]["matchLabels"] == {"app.kubernetes.io/component": "binderhub"}
    (source,) = found["reef-prod-builds", "binder"]["ingress"][0]["from"]
    assert source["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "reef-prod"}
    for name in ("builds", "daemon"):
        world, gateway = found["reef-prod-builds", name]["egress"]
        assert "169.254.0.0/16" in world["to"][0]["ipBlock"]["except"], "the node's own rights are there"
        assert gateway["to"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "gateway"}


def test_the_daemons_socket_has_a_path_that_linux_takes() -> None:
    longest = deployment({**HUB, "binder": True}).model_copy(update={"community": "c" * 24, "stage": "staging"})
    namespace, release = layout.builds_namespace(longest), layout.release(longest, "binderhub-service")
    # As binderhub-service names it (templates/docker-api/daemonset.yaml); unix(7).
    assert len(f"/var/run/{namespace}-{release}/docker-api/docker-api.sock") <= 107
    assert len(namespace) <= 63


def secret_content(made: Stack, name: str = layout.HUB_SECRETS) -> dict[str, str]:
    """Of a Secret, in plain: the tests know the state's passphrase."""
    exported = made.stack._run_pulumi_cmd_sync(["stack", "export", "--show-secrets"])
    state = json.loads(exported.stdout)["deployment"]["resources"]
    secrets = [one for one in state if one["type"].endswith(":Secret")]
    (secret,) = [one for one in secrets if one["inputs"]["metadata"]["name"] == name]
    content: dict[str, str] = json.loads(secret["inputs"]["stringData"]["plaintext"])
    return content
