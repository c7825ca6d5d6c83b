"""Thousands of resolved communities on clusters, of every kind that the schemas allow and the checks let pass.

Drawing must be quick: clusters are a few fixed ones, names and texts are picked from lists with the surprising ones in
them, and only numbers and switches vary freely.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from schemas.community import Deployment
from tests.unit.hub_values.clusters import CLUSTERS

PEOPLE = ("ada", "grace", "Alan", "grace@example.org", "o'brien", "ünal", "{username}", "$(HOSTNAME)", "-", "null")
GROUPS = ("instructors", "staff", "example-org:modellers", "{{.Values}}", "Ärzte", "true")
TEXTS = (
    "",
    "Plain",
    "a: b # c",
    "<script>alert(1)</script>",
    "{{ .Release.Name }}",
    "{username}",
    "$(HOME)",
    "𝔘ni\ncode",
    "%s",
    "'\"\\",
)
TITLES = ("Small", "<b>Bold</b>", "{{ tpl }}", "a: b", "ünïcode", "{unescaped_username}")
IMAGES = ("base", "data-science")
REFERENCES = (
    "registry.example.org/hubs/base:2026-01-05",
    "registry.example.org:5000/a/b@sha256:" + "0" * 64,
    "quay.io/jupyter/base-notebook:python-3.13",
)
SCOPES = ("list:users", "access:servers", "servers", "read:users:activity", "admin:groups")
SLUGS = ("small", "large", "gpu-1", "0", "a--b", "x" * 40)
CLIENT = {"client_id": "example-client-id", "client_secret_env": "EXAMPLE_CLIENT_SECRET"}


@cache
def some(values: tuple[Any, ...], most: int = 3, least: int = 0) -> st.SearchStrategy[list[Any]]:
    """A few of them, each once."""
    return st.lists(st.sampled_from(values), unique=True, min_size=least, max_size=most)


@cache
def one(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """One of them. Made once: a strategy that is made anew for each example costs more than what it draws."""
    return st.sampled_from(values)


def maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the fields, or none."""
    return st.fixed_dictionaries({}, optional=fields)


amounts = st.one_of(
    st.sampled_from((0.1, 0.25, 1, 2)),
    st.builds(
        lambda least, more: {"guarantee": least, "limit": least + more},
        st.sampled_from((0.05, 0.5, 1, 2.5)),
        st.sampled_from((0.5, 1, 8)),
    ),
    st.builds(lambda least: {"guarantee": least}, st.sampled_from((0.2, 1, 2))),
)
environments = st.dictionaries(st.sampled_from(("TZ", "LANG", "lower", "X_1", "A")), st.sampled_from(TEXTS), max_size=3)
images = st.sampled_from((*IMAGES, *REFERENCES))
organizations = st.fixed_dictionaries(
    {"name": st.sampled_from(TITLES)},
    optional={
        "url": st.just("https://www.example.org"),
        "logo_url": st.just("https://www.example.org/logo.svg"),
    },
)
homepages = maybe(
    text=st.sampled_from(TEXTS),
    announcement=st.sampled_from(TEXTS),
    organization=organizations,
    operated_by=organizations,
    funded_by=organizations,
)
_sections: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "github": maybe(allowed_organizations=some(("example-org", "example-org:staff"))),
    "google": maybe(hosted_domains=some(("example.org", "example.com"))),
    "cilogon": st.fixed_dictionaries(
        {
            "identity_providers": st.sampled_from(
                (
                    [{"entity_id": "https://idp.example.org/shibboleth", "admit": "all"}],
                    [
                        {"entity_id": "https://idp.example.org/shibboleth", "allowed_domains": ["example.org"]},
                        {"entity_id": "https://idp.example.com/shibboleth", "username_claim": "eppn"},
                    ],
                )
            )
        }
    ),
    "auth0": st.fixed_dictionaries(
        {"domain": st.just("example.eu.auth0.com")}, optional={"username_claim": st.just("nickname")}
    ),
    "oidc": st.fixed_dictionaries(
        {
            "authorize_url": st.just("https://id.example.org/authorize"),
            "token_url": st.just("https://id.example.org/token"),
            "userdata_url": st.just("https://id.example.org/userinfo"),
            "groups_claim": st.sampled_from((None, "groups", "realm_access.roles")),
        },
        optional={
            "username_claim": st.just("email"),
            "scopes": st.just(["openid", "email"]),
            "login_service": st.sampled_from(TITLES),
            "allowed_groups": some(("staff", "students")),
        },
    ),
}


_people, _yes_or_no = some(PEOPLE), st.booleans()
_kinds_of_sign_in = st.sampled_from(("dummy", "native", *_sections))


@st.composite
def sign_ins(draw: st.DrawFn) -> dict[str, Any]:
    """`hub.auth`."""
    kind = draw(_kinds_of_sign_in)
    auth: dict[str, Any] = {
        "type": kind,
        "admins": draw(_people),
        "allowed_users": draw(_people),
        "allow_all": draw(_yes_or_no),
    }
    if kind == "native":
        auth["open_signup"] = draw(_yes_or_no)
    if kind in _sections:
        auth[kind] = {**CLIENT, **draw(_sections[kind])}
    return auth


_looks = st.fixed_dictionaries(
    {"title": st.sampled_from(TITLES)},
    optional={
        "description": st.sampled_from(TEXTS),
        "groups": some(GROUPS, least=1),
        "cpu": amounts,
        "memory_gib": amounts,
        "default_url": st.sampled_from(("/lab", "/tree", "/rstudio", "/lab/tree/a b.ipynb")),
        "environment": environments,
    },
)


@st.composite
def profiles(draw: st.DrawFn, slug: str, pools: tuple[str, ...], binder: bool) -> dict[str, Any]:
    """One entry of `hub.profiles`."""
    profile: dict[str, Any] = {"slug": slug, **draw(_looks)}
    pool = draw(one((None, *pools)))
    gpu = pool == "gpu"
    if pool:
        profile["node_pool"] = pool
    if gpu:
        profile["gpu"] = 1
    options = draw(_options(gpu, binder))
    if options:
        profile["options"] = options
    if not options.get("images") and draw(_yes_or_no):
        profile["image"] = draw(images)
    return profile


_restricted: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(TITLES),
    "groups": some(GROUPS, least=1),
}
_image_choice = maybe(**_restricted)
_size_choice = maybe(**_restricted, cpu=amounts, memory_gib=amounts)
_shares = {gpu: some((1,) if gpu else (1, "1/2", "1/4", "1/7")) for gpu in (True, False)}


@st.composite
def _options(draw: st.DrawFn, gpu: bool, binder: bool) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if draw(_yes_or_no):
        chosen = draw(some((*IMAGES, *REFERENCES), least=1))
        options["images"] = [{"image": image, **draw(_image_choice)} for image in chosen]
    if draw(_yes_or_no):
        figures = draw(some(SLUGS, most=2))
        options["sizes"] = [
            *draw(_shares[gpu]),
            *({"slug": f"s-{slug}"[:40], "memory_gib": 1.5, **draw(_size_choice)} for slug in figures),
        ]
    for name, allowed in (("unlisted_image", True), ("build_image", binder)):
        if allowed and draw(_yes_or_no):
            options[name] = True
    return options


@cache
def dask(pools: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """`hub.dask`."""
    settings = maybe(
        node_pool=st.sampled_from(pools),
        worker_sizes=st.sampled_from(([], [1], ["1/8", "1/4", 1])),
        idle_timeout_minutes=st.integers(1, 1440),
        max_clusters_per_user=st.integers(1, 100),
        max_workers_per_cluster=st.integers(1, 10000),
        max_cpu_per_cluster=st.sampled_from((0.5, 1, 64)),
        max_memory_gib_per_cluster=st.sampled_from((0.5, 1, 256)),
    )
    return st.one_of(st.booleans(), settings)


binders: st.SearchStrategy[Any] = st.one_of(
    st.booleans(),
    maybe(
        login=st.booleans(),
        home=st.sampled_from(("persistent", "ephemeral")),
        allowed_repositories=some(("https://github.com/example-org/*", "https://git.example.org/a.b+c/*")),
        registry=st.just("registry.example.org/built"),
        build=maybe(cpu=amounts, memory_gib=amounts),
        max_builds=st.integers(1, 1000),
        max_builds_per_user=st.integers(1, 100),
        build_timeout_minutes=st.integers(1, 720),
    ),
)
classes = st.fixed_dictionaries(
    {
        "servers": st.integers(1, 10000),
        "start": st.sampled_from(("00:00", "09:15")),
        "end": st.sampled_from(("10:45", "23:59")),
        "timezone": st.sampled_from(("Europe/Berlin", "America/New_York", "UTC", "Asia/Kolkata")),
    },
    optional={
        "weekdays": st.lists(st.sampled_from(("mon", "wed", "sun")), unique=True, min_size=1),
        "first_day": st.just("2026-10-01"),
        "last_day": st.just("2027-02-12"),
        "ready_before_minutes": st.integers(0, 240),
    },
)
EXTERNAL = (
    {"name": "archive", "url": "gs://example-archive"},
    {"name": "public-data", "url": "s3://example-data/folder", "access": "public"},
    {"name": "lake", "url": "abfs://data@example.dfs.core.windows.net/x", "access": "admin"},
)
DATA_SETS = (
    {"name": "reanalysis", "nfs_server": "files.example.org", "nfs_path": "/export/reanalysis"},
    {"name": "0", "nfs_server": "192.0.2.1", "nfs_path": "/"},
)
HELM_VALUES: tuple[dict[str, Any], ...] = (
    {},
    {"jupyterhub": {"hub": {"extraEnv": {"EXAMPLE": "1"}, "config": {"KubeSpawner": {"k8s_api_request_timeout": 10}}}}},
    {"jupyterhub": {"singleuser": {"startTimeout": 600}, "custom": {"anything": [1, None, {"a": True}]}}},
)


@cache
def _files(pools: tuple[str, ...]) -> dict[str, st.SearchStrategy[Any]]:
    writers = st.one_of(st.sampled_from(("admins", "everyone")), some(GROUPS, least=1))
    return {
        "home": st.sampled_from(({"type": "persistent"}, {"type": "none"})),
        "shared_directories": st.lists(
            st.fixed_dictionaries({"name": st.sampled_from(SLUGS), "writers": writers}),
            unique_by=lambda shared: shared["name"],
            max_size=2,
        ),
        "scratch": st.builds(lambda days: {"delete_after_days": days}, st.integers(1, 365)),
        "buckets": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from(("data", "a-b")), "access": st.sampled_from(("read", "admin"))}
            ),
            unique_by=lambda bucket: bucket["name"],
            max_size=2,
        ),
        "external_buckets": st.lists(st.sampled_from(EXTERNAL), unique_by=lambda bucket: bucket["name"], max_size=2),
        "data_sets": st.lists(st.sampled_from(DATA_SETS), unique_by=lambda data: data["name"], max_size=2),
        "dask": dask(pools),
    }


_PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "homepage": homepages,
    "image": images,
    "resources": maybe(cpu=amounts, memory_gib=amounts),
    "default_url": st.sampled_from(("/lab", "/tree", "/vscode")),
    "environment": environments,
    "scheduling": maybe(placeholders=st.integers(0, 1000), pull_images_ahead=st.booleans(), pack_servers=st.booleans()),
    "network": maybe(egress=st.sampled_from(("all", "web", "none"))),
    "database_size_gib": st.integers(1, 1000),
    "helm_values": st.sampled_from(HELM_VALUES),
    "culling": maybe(idle_timeout_minutes=st.integers(1, 43200), maximum_age_minutes=st.integers(43200, 525600)),
    "roles": st.lists(
        st.fixed_dictionaries(
            {"name": st.sampled_from(("instructor", "helper")), "scopes": some(SCOPES, least=1)},
            optional={"description": st.sampled_from(TEXTS), "users": some(PEOPLE), "groups": some(GROUPS)},
        ),
        unique_by=lambda role: role["name"],
        max_size=2,
    ),
    "named_servers_per_user": st.integers(0, 20),
    "max_running_servers": st.one_of(st.none(), st.integers(1, 10000)),
}


_maybe_binder = st.one_of(st.just(False), binders)
_maybe_classes = st.lists(classes, max_size=2)
_memberships = st.sampled_from(
    (
        {group: [] for group in GROUPS},
        {group: [PEOPLE[position]] for position, group in enumerate(GROUPS)},
        {group: list(PEOPLE) for group in GROUPS},
    )
)


@cache
def _fields(pools: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return maybe(**_PLAIN, **_files(pools))


@st.composite
def hubs(draw: st.DrawFn, pools: tuple[str, ...], people_pools: tuple[str, ...]) -> dict[str, Any]:
    """`hub`: every field may be there or not."""
    hub = draw(_fields(pools))
    binder = draw(_maybe_binder)
    slugs = draw(some(SLUGS))
    palette = [draw(profiles(slug, people_pools, binder is not False)) for slug in slugs]
    if palette:
        palette[draw(one(tuple(range(len(palette)))))]["default"] = True
    classes_asked = draw(_maybe_classes)
    for position, asked in enumerate(classes_asked):
        asked["name"] = f"class-{position}"
        if slugs and draw(_yes_or_no):
            asked["profile"] = draw(one(tuple(slugs)))
    return {
        **hub,
        "domain": "hub.example.org",
        "auth": draw(sign_ins()),
        "profiles": palette,
        "groups": draw(_memberships),
        "binder": binder,
        "classes": classes_asked,
    }


IMAGE_FOLDERS: dict[str, Any] = {
    "base": {"title": "Python", "container": "registry.example.org/hubs/base:2026-01-05"},
    "data-science": {
        "title": "Data <science>",
        "container": "registry.example.org/hubs/data-science@sha256:" + "1" * 64,
        "default_url": "/rstudio",
    },
}


_clusters = st.sampled_from(CLUSTERS)
_about = st.fixed_dictionaries(
    {
        "stage": st.sampled_from(("staging", "prod")),
        "title": st.sampled_from(TITLES),
        "contacts": st.sampled_from(([], [{"name": "Hub <team>", "email": "hubs@example.org"}])),
    }
)


@st.composite
def deployments(draw: st.DrawFn) -> Deployment:
    """A stage of a community on a cluster of any cloud with Kubernetes."""
    cluster = draw(_clusters)
    pools = cluster["node_pools"]
    for_people = tuple(name for name, pool in pools.items() if pool.get("role", "user") == "user")
    hub = draw(hubs(tuple(name for name in pools if name != "gpu"), for_people))
    return resolved(hub, cluster, **draw(_about))


def resolved(hub: dict[str, Any], cluster: dict[str, Any] = CLUSTERS[0], **fields: Any) -> Deployment:
    """A deployment of these settings; `fields` replace those of the deployment."""
    given = {
        "community": "demo",
        "stage": "staging",
        "title": "Demo community",
        "archetype": "teaching",
        "contacts": [],
        "cluster_name": "shared",
        "cluster": cluster,
        "hub": {"domain": "hub.example.org", **hub},
        "images": {
            name: {"name": name, "folder": f"images/{name}", "digest": "0" * 64, **image}
            for name, image in IMAGE_FOLDERS.items()
        },
    }
    return Deployment.model_validate(given | fields)
