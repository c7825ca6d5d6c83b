"""What servers may reach."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.model import Model


class Egress(Model):
    """The network as people's servers see it. Nobody reaches a server but through the hub."""

    egress: Literal["all", "web", "none"] = Field(
        default="all",
        description="What servers may reach outside the cluster: `all`; `web`, ports 80 and 443 alone; or `none`. "
        "Never other machines of a private network.",
        examples=["web"],
    )
