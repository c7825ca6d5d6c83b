"""A hub: sign-in, profiles, files, and how it looks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from schemas.amount import Amount
from schemas.auth import Auth
from schemas.binder import Binder
from schemas.classes import Class
from schemas.dask import Dask
from schemas.egress import Egress
from schemas.image import ImageName
from schemas.model import Domain, Environment, GroupName, Many, Model, Slug, UrlPath, UserName, WebAddress, text
from schemas.profile import Profile
from schemas.scheduling import Scheduling
from schemas.storage import Bucket, DataSet, ExternalBucket, Home, Scratch, SharedDirectory
from schemas.switch import off

Chart = Literal["jupyterhub", "dask-gateway", "binderhub-service"]
"""Helm charts that a hub on a cluster is made of."""

Scope = Annotated[
    str,
    text(
        r"^[a-z][a-z:_-]*(![a-z]+(=[^\s]+)?)?$",
        "a scope of JupyterHub, perhaps with a filter, e.g. access:servers!group=students",
        max_length=300,
    ),
]


class Organization(Model):
    """Who stands behind the hub."""

    name: str = Field(min_length=1, max_length=120, description="Its name.", examples=["Example University"])
    url: WebAddress | None = Field(default=None, description="Its page.", examples=["https://www.example.org"])
    logo_url: WebAddress | None = Field(
        default=None, description="Its logo, shown on the login page.", examples=["https://www.example.org/logo.svg"]
    )


class Homepage(Model):
    """What people see before they sign in."""

    text: str = Field(
        default="",
        max_length=2000,
        description="A few sentences on the login page; plain text.",
        examples=["The hub of the spring course."],
    )
    announcement: str = Field(
        default="",
        max_length=500,
        description="A line at the top of every page; plain text.",
        examples=["Maintenance on Friday at 18:00"],
    )
    organization: Organization | None = Field(
        default=None, description="Whose hub it is.", examples=[{"name": "Example University"}]
    )
    operated_by: Organization | None = Field(
        default=None, description="Who keeps it running.", examples=[{"name": "Example IT"}]
    )
    funded_by: Organization | None = Field(
        default=None, description="Who pays for it.", examples=[{"name": "Example Foundation"}]
    )


class Resources(Model):
    """Size of a server whose profile does not say otherwise."""

    cpu: Amount = Field(
        default=Amount(guarantee=0.25, limit=1), description="Cores.", examples=[1, {"guarantee": 0.25, "limit": 1}]
    )
    memory_gib: Amount = Field(
        default=Amount(guarantee=1, limit=1), description="Memory in GiB.", examples=[1, {"guarantee": 0.5, "limit": 2}]
    )


class Culling(Model):
    """When idle servers are stopped; files stay."""

    idle_timeout_minutes: int = Field(
        default=60,
        ge=1,
        le=43200,
        description="Minutes without activity after which a server is stopped.",
        examples=[60],
    )
    maximum_age_minutes: int | None = Field(
        default=None,
        ge=1,
        le=525600,
        description="Minutes after which a server is stopped even if busy; never by default.",
        examples=[720],
    )


class Role(Model):
    """What some people may do beyond using their own server, in JupyterHub's own scopes."""

    name: Slug = Field(description="Short name of the role.", examples=["instructor"])
    description: str = Field(
        default="", max_length=200, description="What it is for.", examples=["May look into students' servers"]
    )
    scopes: Many[Scope] = Field(
        min_length=1,
        description="JupyterHub's scopes that it grants.",
        examples=[["list:users", "access:servers!group=students"]],
    )
    users: Many[UserName] = Field(default=(), description="People who have it.", examples=[["ada"]])
    groups: Many[GroupName] = Field(default=(), description="Groups whose members have it.", examples=[["instructors"]])


class Hub(Model):
    """One JupyterHub."""

    domain: Domain | None = Field(
        default=None,
        description="Where people find it. Staging gets `staging.` before it unless `stages.staging` says otherwise. "
        "Local hubs need none.",
        examples=["hub.example.org"],
    )
    auth: Auth = Field(
        default=Auth(), description="Who may sign in, and how.", examples=[{"type": "native", "admins": ["ada"]}]
    )
    homepage: Homepage = Field(
        default=Homepage(), description="What people see before they sign in.", examples=[{"text": "Welcome."}]
    )
    image: ImageName = Field(
        default="base",
        description="Image of servers whose profile names none: a folder in `images/`, or on a cluster a container "
        "image.",
        examples=["base", "registry.example.org/hubs/base:2026-01-05"],
    )
    resources: Resources = Field(
        default=Resources(), description="Size of servers whose profile names none.", examples=[{"memory_gib": 2}]
    )
    default_url: UrlPath = Field(default="/lab", description="Where servers open.", examples=["/lab", "/tree"])
    environment: Environment = Field(
        default_factory=dict,
        description="Environment variables of all servers. Nothing secret.",
        examples=[{"TZ": "Europe/Berlin"}],
    )
    profiles: Many[Profile] = Field(
        default=(),
        description="The palette, in this order; without any, every server is of `image` and `resources`.",
        examples=[[{"slug": "small", "title": "Small server", "memory_gib": 2}]],
    )
    home: Home = Field(default=Home(), description="Home directories.", examples=[{"type": "persistent"}])
    shared_directories: Many[SharedDirectory] = Field(
        default=(),
        description="Directories that everyone finds in their home.",
        examples=[[{"name": "shared", "writers": "admins"}]],
    )
    scratch: Scratch | None = Field(
        default=None,
        description="Space per person whose files are deleted after some days: a directory `scratch` on this machine, "
        "a bucket in a cloud.",
        examples=[{"delete_after_days": 7}],
    )
    buckets: Many[Bucket] = Field(
        default=(),
        description="Further buckets in the cloud that only this hub's servers may use.",
        examples=[[{"name": "data", "access": "read"}]],
    )
    external_buckets: Many[ExternalBucket] = Field(
        default=(),
        description="Buckets that are there already, and not this hub's.",
        examples=[[{"name": "archive", "url": "gs://example-archive"}]],
    )
    data_sets: Many[DataSet] = Field(
        default=(),
        description="Files of a file server that everyone may read.",
        examples=[[{"name": "reanalysis", "nfs_server": "files.example.org", "nfs_path": "/export/reanalysis"}]],
    )
    dask: Annotated[Dask | None, BeforeValidator(off)] = Field(
        default=None,
        description="Whether people may start Dask clusters: `true`, or settings.",
        examples=[True, {"idle_timeout_minutes": 15}],
    )
    binder: Annotated[Binder | None, BeforeValidator(off)] = Field(
        default=None,
        description="Whether environments are built from repositories: `true`, or settings.",
        examples=[True, {"home": "ephemeral"}],
    )
    classes: Many[Class] = Field(
        default=(),
        description="When many people come at once: nodes are up before they do.",
        examples=[
            [{"name": "statistics", "servers": 120, "start": "09:15", "end": "10:45", "timezone": "Europe/Berlin"}]
        ],
    )
    scheduling: Scheduling = Field(
        default=Scheduling(), description="What is made ready ahead of people.", examples=[{"placeholders": 5}]
    )
    network: Egress = Field(default=Egress(), description="What servers may reach.", examples=[{"egress": "web"}])
    database_size_gib: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="Disk in GiB for the hub's own database of people and servers, on a cluster. It grows and never "
        "shrinks.",
        examples=[10],
    )
    helm_values: dict[Chart, dict[str, Any]] = Field(
        default_factory=dict,
        description="Values of the Helm charts for whatever has no field here, by chart; they go over all others, on a "
        "cluster.",
        examples=[{"jupyterhub": {"hub": {"extraEnv": {"EXAMPLE": "1"}}}}],
    )
    culling: Culling = Field(
        default=Culling(), description="When idle servers are stopped.", examples=[{"idle_timeout_minutes": 60}]
    )
    groups: dict[GroupName, Many[UserName]] = Field(
        default_factory=dict, description="Groups of people, by name.", examples=[{"instructors": ["ada", "grace"]}]
    )
    roles: Many[Role] = Field(
        default=(),
        description="Who may do more, beyond admins.",
        examples=[[{"name": "instructor", "scopes": ["list:users"]}]],
    )
    named_servers_per_user: int = Field(
        default=0, ge=0, le=20, description="Further servers that a person may run beside the first.", examples=[2]
    )
    max_running_servers: int | None = Field(
        default=None,
        ge=1,
        le=10000,
        description="Servers that may run at once on this hub; as many as fit by default.",
        examples=[30],
    )
