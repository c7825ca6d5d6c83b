"""Where people's files live."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from schemas.model import GroupName, Many, Model, Slug


class Home(Model):
    """People's home directories."""

    type: Literal["persistent", "none"] = Field(
        default="persistent",
        description="`persistent`: files stay from one server to the next; `none`: every server starts empty, "
        "and what it wrote is gone when it stops.",
        examples=["persistent"],
    )


Writers = Annotated[
    Annotated[Literal["admins", "everyone"], Tag("<word>")] | Annotated[Many[GroupName], Tag("<groups>")],
    Discriminator(lambda value: "<word>" if isinstance(value, str) else "<groups>"),
]
"""Told apart by their kind, so that an error speaks of the one that was meant."""


class SharedDirectory(Model):
    """A directory that everyone on the hub finds in their home.

    It appears as `<name>` to readers; writers find it as `<name>-readwrite` too.
    """

    name: Slug = Field(description="Name of the directory in everyone's home.", examples=["shared"])
    writers: Writers = Field(
        default="admins",
        description="Who may write there: `admins`, `everyone`, or a list of groups (admins always may).",
        examples=["admins", ["instructors"]],
    )


class Scratch(Model):
    """Space for files that may be thrown away."""

    delete_after_days: int = Field(
        default=7, ge=1, le=365, description="Files that nobody changed for this many days are deleted.", examples=[7]
    )
