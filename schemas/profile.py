"""Profiles: the palette of servers that people choose from."""

from __future__ import annotations

from pydantic import Field

from schemas.amount import Amount
from schemas.model import Environment, GroupName, Many, Model, NodePoolName, Slug, UrlPath


class ImageChoice(Model):
    """One image in a profile's list."""

    image: Slug = Field(description="An image of the catalogue, by its name in `images/`.", examples=["base"])
    title: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="What people read; by default the image's title.",
        examples=["Python"],
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
    default: bool = Field(
        default=False, description="Chosen when nobody chooses; by default the first.", examples=[True]
    )


class ProfileOptions(Model):
    """What people may choose inside a profile."""

    images: Many[ImageChoice] = Field(
        default=(),
        description="Images to choose from; the profile's own `image` must not be given then.",
        examples=[[{"image": "base"}]],
    )
    sizes: Many[SizeChoice] = Field(
        default=(),
        description="Sizes to choose from.",
        examples=[[{"slug": "small", "memory_gib": 2}, {"slug": "large", "memory_gib": 8}]],
    )


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
    image: Slug | None = Field(
        default=None, description="An image of the catalogue; by default the hub's.", examples=["base"]
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
