"""Binder: environments built from repositories, and servers in them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.amount import Amount
from schemas.existing import RegistryPrefix
from schemas.model import Many, Model, text
from schemas.switch import Feature

RepositoryPattern = Annotated[
    str,
    text(
        r"^https://[^\s]+$",
        "a repository's address, where * stands for any part, e.g. https://github.com/example-org/*",
        max_length=500,
    ),
]


class BuildResources(Model):
    """What one build is promised and may take."""

    cpu: Amount = Field(
        default=Amount(guarantee=0.5, limit=2), description="Cores.", examples=[1, {"guarantee": 0.5, "limit": 2}]
    )
    memory_gib: Amount = Field(
        default=Amount(guarantee=1, limit=4), description="Memory in GiB.", examples=[4, {"guarantee": 1, "limit": 8}]
    )


class Binder(Feature):
    """Building images from repositories, and starting servers of them, by the form and by link."""

    login: bool = Field(
        default=True,
        description="Whether people sign in before they build or start anything. Without, everyone who knows the "
        "address may, under a name of the moment.",
        examples=[True],
    )
    home: Literal["persistent", "ephemeral"] = Field(
        default="persistent",
        description="`persistent`: people find their home in servers of repositories too; `ephemeral`: such servers "
        "start in the repository's files alone, and what they wrote is gone when they stop.",
        examples=["ephemeral"],
    )
    allowed_repositories: Many[RepositoryPattern] = Field(
        default=(),
        description="Repositories that may be built; any by default.",
        examples=[["https://github.com/example-org/*"]],
    )
    registry: RegistryPrefix | None = Field(
        default=None,
        description="Where built images go; by default the cluster's registry.",
        examples=["registry.example.org/hubs"],
    )
    build: BuildResources = Field(
        default=BuildResources(), description="Size of one build.", examples=[{"memory_gib": 8}]
    )
    max_builds: int = Field(default=10, ge=1, le=1000, description="Builds that may run at once.", examples=[10])
    max_builds_per_user: int = Field(
        default=2, ge=1, le=100, description="Builds that one person may run at once.", examples=[2]
    )
    build_timeout_minutes: int = Field(
        default=60, ge=1, le=720, description="Minutes after which a build is stopped.", examples=[60]
    )
