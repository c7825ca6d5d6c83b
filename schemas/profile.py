"""Profiles: the palette of servers that people choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from schemas.amount import Amount
from schemas.image import ImageName
from schemas.model import Environment, GroupName, Many, Model, NodePoolName, Slug, UrlPath
from schemas.palette import Share, share_slug


class ImageChoice(Model):
    """One image in a profile's list."""

    image: ImageName = Field(
        description="An image of the catalogue, by its name in `images/`; on a cluster also a container image.",
        examples=["base", "registry.example.org/hubs/base:2026-01-05"],
    )
    title: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="What people read; by default the image's title.",
        examples=["Python"],
    )
    groups: Many[GroupName] = Field(
        default=(), description="Groups that may choose it; without any, everyone.", examples=[["instructors"]]
    )
    default: bool = Field(
        default=False, description="Chosen when nobody chooses; by default the first.", examples=[True]
    )


class SizeChoice(Model):
    """One size in a profile's list."""

    slug: Slug = Field(description="Short name of the size.", examples=["large"])
    title: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="What people read; by default made from the size.",
        examples=["Large"],
    )
    cpu: Amount | None = Field(default=None, description="Cores; by default the profile's.", examples=[2])
    memory_gib: Amount | None = Field(
        default=None, description="Memory in GiB; by default the profile's.", examples=[8]
    )
    groups: Many[GroupName] = Field(
        default=(), description="Groups that may choose it; without any, everyone.", examples=[["instructors"]]
    )
    default: bool = Field(
        default=False, description="Chosen when nobody chooses; by default the first.", examples=[True]
    )


Size = Annotated[
    Annotated[Share, Tag("<share>")] | Annotated[SizeChoice, Tag("<size>")],
    Discriminator(lambda value: "<size>" if isinstance(value, dict | SizeChoice) else "<share>"),
]
"""A share of a node, or a size in figures; told apart by their kind, so that an error speaks of the one meant."""


class ProfileOptions(Model):
    """What people may choose inside a profile."""

    images: Many[ImageChoice] = Field(
        default=(),
        description="Images to choose from; the profile's own `image` must not be given then.",
        examples=[[{"image": "base"}]],
    )
    sizes: Many[Size] = Field(
        default=(),
        description="Sizes to choose from: shares of a node, such as 1 and 1/4, whose figures are computed so that "
        "they fill it; or sizes in figures. Unless one is marked as default it is the smallest share, or else the "
        "first.",
        examples=[["1/8", "1/4", "1/2", 1], [{"slug": "small", "memory_gib": 2}, {"slug": "large", "memory_gib": 8}]],
    )
    unlisted_image: bool = Field(
        default=False,
        description="Whether people may name any other container image, with its tag; on clusters.",
        examples=[True],
    )
    build_image: bool = Field(
        default=False,
        description="Whether people may have an image built from a repository; the hub needs `binder`.",
        examples=[True],
    )

    @property
    def default_size(self) -> int:
        """Position of the size that is taken when nobody chooses: a node to oneself must be somebody's choice."""
        marked = (index for index, size in enumerate(self.sizes) if isinstance(size, SizeChoice) and size.default)
        per_node = [size if isinstance(size, int) else 0 for size in self.sizes]
        return next(marked, per_node.index(max(per_node, default=0)) if per_node else 0)


def size_slugs(sizes: Sequence[int | SizeChoice]) -> list[str]:
    """Short names of sizes, in their order."""
    return [share_slug(size) if isinstance(size, int) else size.slug for size in sizes]


class Profile(Model):
    """One entry of the palette. The order in the file is the order on the page."""

    slug: Slug = Field(description="Short name, in addresses and in the API.", examples=["small"])
    title: str = Field(min_length=1, max_length=80, description="What people read.", examples=["Small server"])
    description: str = Field(
        default="", max_length=500, description="A sentence below the title.", examples=["Enough for the exercises"]
    )
    default: bool = Field(
        default=False,
        description="Chosen when nobody chooses; exactly one profile, or the only one there is.",
        examples=[True],
    )
    groups: Many[GroupName] = Field(
        default=(),
        description="Groups that may use it; without any, everyone. With GitHub sign-in also `organisation:team`.",
        examples=[["instructors"]],
    )
    node_pool: NodePoolName | None = Field(
        default=None,
        description="Node pool its servers run on; by default the cluster's first user pool.",
        examples=["user"],
    )
    cpu: Amount | None = Field(
        default=None,
        description="Cores; by default the hub's `resources.cpu`.",
        examples=[1, {"guarantee": 0.5, "limit": 2}],
    )
    memory_gib: Amount | None = Field(
        default=None, description="Memory in GiB; by default the hub's `resources.memory_gib`.", examples=[2]
    )
    gpu: int = Field(default=0, ge=0, le=16, description="GPUs for one server.", examples=[1])
    image: ImageName | None = Field(
        default=None,
        description="An image of the catalogue, or on a cluster a container image; by default the hub's.",
        examples=["base"],
    )
    default_url: UrlPath | None = Field(
        default=None,
        description="Where its servers open; by default the image's, then the hub's.",
        examples=["/lab"],
    )
    environment: Environment = Field(
        default_factory=dict,
        description="Environment variables of its servers. Nothing secret.",
        examples=[{"OMP_NUM_THREADS": "1"}],
    )
    options: ProfileOptions = Field(
        default=ProfileOptions(), description="What people may choose inside it.", examples=[{"sizes": []}]
    )
