"""The image catalogue: the software that servers run, by name."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from schemas.model import Model, Slug, UrlPath, text

PythonVersion = Annotated[
    str, text(r"^3\.\d{1,2}$", "a minor version of Python 3 in quotes, e.g. '3.11'", max_length=5)
]


REFERENCE = r"^[a-z0-9]([-a-z0-9._:/]*[a-z0-9])?(:[A-Za-z0-9_][-A-Za-z0-9_.]*)?(@sha256:[0-9a-f]{64})?$"
ImageReference = Annotated[
    str,
    text(
        REFERENCE,
        "an image's name with its tag, e.g. registry.example.org/hubs/base:2026-01-05",
        max_length=500,
    ),
]
"""A container image as registries name it. Whether it has a tag is a matter of checks."""
ImageName = Annotated[
    str,
    text(
        REFERENCE,
        "an image of the catalogue, or a container image with its tag, e.g. registry.example.org/hubs/base:2026-01-05",
        max_length=500,
    ),
]
"""A folder of `images/`, or a container image."""


def is_reference(image: str) -> bool:
    """Whether an image's name is a container image's, and not a folder's in the catalogue."""
    return any(sign in image for sign in "/:@.")


def choice_slug(image: str) -> str:
    """An image's short name among a profile's choices: letters, digits and dashes, as forms and addresses want it."""
    return re.sub(r"[^a-z0-9]+", "-", image.lower()).strip("-")


def tag_of(reference: str) -> str | None:
    """A container image's tag, or its digest where it has one; None where it has neither."""
    name, _, digest = reference.partition("@")
    _, _, tag = name.rpartition("/")[2].partition(":")
    return digest or tag or None


def has_fixed_tag(reference: str) -> bool:
    """Whether a container image's name means the same image tomorrow, as far as tags are kept."""
    return tag_of(reference) not in (None, "latest")


class Image(Model):
    """`images/<name>/image.yaml`; what it holds stands beside it, in repo2docker's layout."""

    title: str = Field(
        min_length=1, max_length=80, description="What people see when they choose.", examples=["Python basics"]
    )
    description: str = Field(
        default="",
        max_length=500,
        description="A sentence about what is in it.",
        examples=["JupyterLab with numpy and matplotlib"],
    )
    python_version: PythonVersion | None = Field(
        default=None,
        description="Python's minor version; by default that of the Python that deploys.",
        examples=["3.11"],
    )
    container: ImageReference | None = Field(
        default=None,
        description="The container image that clusters run: the folder's files, built and pushed, or another with the "
        "same software. On this machine the files alone are used.",
        examples=["registry.example.org/hubs/base:2026-01-05"],
    )
    default_url: UrlPath | None = Field(
        default=None,
        description="Where a server of this image opens, unless the profile says otherwise.",
        examples=["/lab"],
    )


class ResolvedImage(Image):
    """An image with what makes it that image and no other."""

    name: Slug = Field(description="The catalogue's name: its folder in `images/`.", examples=["base"])
    folder: str = Field(description="Where its files are, relative to the project.", examples=["images/base"])
    digest: str = Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 over the folder's files, names and contents: two images with one digest are the same.",
        examples=["0" * 64],
    )
