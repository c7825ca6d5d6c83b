"""How servers find their nodes, and what is made ready ahead of people."""

from __future__ import annotations

from pydantic import Field

from schemas.model import Model


class Scheduling(Model):
    """Waiting less, and paying less, on clusters whose nodes come and go."""

    placeholders: int = Field(
        default=0,
        ge=0,
        le=1000,
        description="Room for this many servers of the default profile is kept free: who comes next need not wait "
        "for a node.",
        examples=[5],
    )
    pull_images_ahead: bool = Field(
        default=True,
        description="Whether images are on every node, and on a changed hub's nodes before the change, ahead of the "
        "first who needs them.",
        examples=[True],
    )
    pack_servers: bool = Field(
        default=True,
        description="Whether new servers go to the fullest node that has room, so that others empty and go away.",
        examples=[True],
    )
