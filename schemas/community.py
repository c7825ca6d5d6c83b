"""A community file: everything one community wants."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from schemas.cluster import Cluster
from schemas.hub import Hub
from schemas.image import ResolvedImage
from schemas.model import CommunityName, Many, Model, Slug, text
from schemas.people import GitHubName
from schemas.rollout import RolloutRules
from schemas.stage import StageName

Archetype = Literal["research", "teaching", "event"]


Email = Annotated[str, text(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "an e-mail address", max_length=254)]

ClusterOrName = Annotated[
    Annotated[Slug, Tag("<name>")] | Annotated[Cluster, Tag("<inline>")],
    Discriminator(lambda value: "<name>" if isinstance(value, str) else "<inline>"),
]
"""Told apart by their kind, so that an error speaks of the one that was meant."""


class Contact(Model):
    """Someone who answers for the hub."""

    name: str = Field(min_length=1, max_length=120, description="A person or a team.", examples=["Hub team"])
    email: Email = Field(description="Where to write.", examples=["hubs@example.org"])
    github: GitHubName | None = Field(
        default=None,
        description="Login on GitHub, or a team as organisation/team: who may agree to changes of this file that "
        "`policy.yaml` leaves to the community.",
        examples=["example-org/hub-team"],
    )


HubFields = dict[str, Any]
"""Some of `Hub`'s fields, as they stand in a file: they are checked when archetype, community and stage are one."""


class StageOverrides(Model):
    """What differs in one stage. Mappings are merged key by key; lists are replaced whole.

    Another `auth.type` leaves the sign-in settings of the first behind.
    """

    hub: HubFields = Field(
        default_factory=dict,
        description="Fields of `hub` that differ in this stage.",
        examples=[{"culling": {"idle_timeout_minutes": 10}}],
    )


class Community(Model):
    """`communities/<name>.yaml`."""

    name: CommunityName = Field(description="Short name: the file's own, without `.yaml`.", examples=["demo"])
    title: str = Field(min_length=1, max_length=80, description="The name people read.", examples=["Demo community"])
    archetype: Archetype = Field(
        default="research",
        description="Which defaults to start from: `research` (long sessions), `teaching` (classes), "
        "`event` (a few days).",
        examples=["teaching"],
    )
    contacts: Many[Contact] = Field(
        default=(), description="Who answers for it.", examples=[[{"name": "Hub team", "email": "hubs@example.org"}]]
    )
    cluster: ClusterOrName = Field(
        description="Where it runs: the name of a file in `clusters/`, or a cluster of its own.",
        examples=["this-machine", {"provider": "local"}],
    )
    hub: HubFields = Field(
        default_factory=dict, description="The hub, in both stages.", examples=[{"domain": "hub.example.org"}]
    )
    stages: dict[StageName, StageOverrides] = Field(
        default_factory=dict,
        description="What differs in staging or prod.",
        examples=[{"staging": {"hub": {"max_running_servers": 5}}}],
    )
    rollout: RolloutRules = Field(
        default=RolloutRules(),
        description="When a deploy goes on to prod.",
        examples=[{"prod": "by_hand"}],
    )


class Deployment(Model):
    """One stage of one community with nothing left open: what stacks are made from."""

    community: CommunityName = Field(description="The community's short name.", examples=["demo"])
    stage: StageName = Field(description="Which of the two.", examples=["prod"])
    title: str = Field(description="The name people read.", examples=["Demo community"])
    archetype: Archetype = Field(description="Whose defaults it started from.", examples=["research"])
    contacts: Many[Contact] = Field(description="Who answers for it.", examples=[[]])
    cluster_name: Slug = Field(
        description="The cluster's name: the community's own, or that of a file in `clusters/`.", examples=["demo"]
    )
    cluster: Cluster = Field(description="Where it runs.", examples=[{"provider": "local"}])
    hub: Hub = Field(description="The hub.", examples=[{"image": "base"}])
    images: dict[Slug, ResolvedImage] = Field(description="Every image that the hub may start, by name.", examples=[{}])

    @property
    def stack(self) -> str:
        """Name of the Pulumi stack that carries this stage."""
        return f"{self.community}-{self.stage}"

    @property
    def cluster_stack(self) -> str:
        """Name of the Pulumi stack of the cluster it stands on."""
        return f"{self.cluster_name}-cluster"
