"""Where people's files live."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from schemas.model import GroupName, Many, Model, Slug, text


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
    """Space for files that may be thrown away: a directory on this machine, a bucket in a cloud."""

    delete_after_days: int = Field(
        default=7, ge=1, le=365, description="Files that nobody changed for this many days are deleted.", examples=[7]
    )


BucketName = Annotated[
    str,
    text(
        r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        "lower-case letters, digits and single dashes between them, starting with a letter",
        max_length=20,
    ),
]
"""20 characters: buckets have 63 in every cloud, of which community, stage and the cloud's own ending take up to 41."""

UNDELETE_DAYS = range(7, 91)
"""Google's limits of a bucket's soft delete (documentation of its API's softDeletePolicy); others allow more."""


def _undelete_days(value: int) -> int:
    if value and value not in UNDELETE_DAYS:
        raise ValueError(f"write 0, or {UNDELETE_DAYS[0]} to {UNDELETE_DAYS[-1]}")
    return value


class Bucket(Model):
    """A bucket of the hub's own, besides scratch. Without `expire_days` it outlives the hub."""

    name: BucketName = Field(
        description="Short name. Servers find its address in the variable of that name in capitals and `_BUCKET`.",
        examples=["data"],
    )
    access: Literal["read", "admin"] = Field(
        default="admin",
        description="What people on the hub may do there: `read` objects, or read, write and delete them (`admin`).",
        examples=["read"],
    )
    undelete_days: Annotated[int, Field(ge=0), AfterValidator(_undelete_days)] | None = Field(
        default=None,
        description="For how many days deleted objects can be had back: 0, or 7 to 90; by default 7, and 0 with "
        "`expire_days`.",
        examples=[30],
    )
    public_read: bool = Field(
        default=False, description="Whether all the world may read it, without signing in.", examples=[True]
    )
    requester_pays: bool = Field(
        default=False, description="Whether whoever reads from elsewhere pays for the transfer.", examples=[True]
    )
    expire_days: int | None = Field(
        default=None,
        ge=1,
        le=3650,
        description="Objects older than this many days are deleted, and the bucket goes with the hub; never by "
        "default.",
        examples=[30],
    )


class ExternalBucket(Model):
    """A bucket of somebody else's, or of another hub's, that this hub's servers use."""

    name: BucketName = Field(
        description="Short name. Servers find its address in the variable of that name in capitals and `_BUCKET`.",
        examples=["archive"],
    )
    url: Annotated[
        str,
        text(
            r"^(gs|s3)://[a-z0-9][-a-z0-9._]{1,220}(/[^\s]*)?$|^abfs://[-a-z0-9]+@[a-z0-9]+\.dfs\.core\.windows\.net(/[^\s]*)?$",
            "a bucket's address that starts with gs://, s3:// or abfs://, e.g. gs://example-archive",
            max_length=500,
        ),
    ] = Field(description="Its address.", examples=["gs://example-archive"])
    access: Literal["public", "read", "admin"] = Field(
        default="read",
        description="What people on the hub may do there: what all the world may (`public`), `read` objects, or read, "
        "write and delete them (`admin`). Its owner must agree: docs/buckets.md.",
        examples=["read"],
    )


class DataSet(Model):
    """Files on a file server that everyone on the hub may read, at `/data/<name>`."""

    name: Slug = Field(description="Name of the folder in `/data`.", examples=["reanalysis"])
    nfs_server: Annotated[
        str, text(r"^[A-Za-z0-9:]([-A-Za-z0-9.:]*[A-Za-z0-9])?$", "a host's name or address", max_length=253)
    ] = Field(description="Name or address of the file server.", examples=["files.example.org"])
    nfs_path: Annotated[
        str, text(r"^/[^\s]*$", "a path that starts with /, e.g. /export/reanalysis", max_length=500)
    ] = Field(description="What it exports.", examples=["/export/reanalysis"])
