"""Where people's files live."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.model import GroupName, Model, Slug


class Home(Model):
    """People's home directories."""

    type: Literal["persistent", "none"] = Field(
        default="persistent",
        description="`persistent`: files stay from one server to the next; `none`: every server starts empty, "
        "and what it wrote is gone when it stops.",
        examples=["persistent"],
    )


class SharedDirectory(Model):
    """A directory that everyone on the hub finds in their home.

    It appears as `<name>` to readers; writers find it as `<name>-readwrite` too.
    """

    name: Slug = Field(description="Name of the directory in everyone's home.", examples=["shared"])
    writers: Literal["admins", "everyone"] | tuple[GroupName, ...] = Field(
        default="admins",
        description="Who may write there: `admins`, `everyone`, or a list of groups (admins always may).",
        examples=["admins", ["instructors"]],
    )


class Scratch(Model):
    """Space for files that may be thrown away."""

    delete_after_days: int = Field(
        default=7, ge=1, le=365, description="Files that nobody changed for this many days are deleted.", examples=[7]
    )
