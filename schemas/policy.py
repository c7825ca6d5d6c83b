"""`policy.yaml`: what a community's own maintainers may change by themselves, and what needs an operator."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.hub import Scope
from schemas.model import Cpu, Many, MemoryGib, Model, Slug, text
from schemas.people import GitHubName

FieldPattern = Annotated[
    str,
    text(
        r"^[a-z][a-z0-9_]*(\.([a-z][a-z0-9_]*|\*))*(\.\*\*)?$",
        "a field of `deployer show`, where * stands for any name and ** at the end for all that is below, "
        "e.g. hub.profiles.*.memory_gib",
        max_length=200,
    ),
]
Kind = Literal["added", "changed", "removed"]


class ServerLimits(Model):
    """The largest server that a profile offers. What was larger before may stay, and may not grow."""

    cpu: Cpu = Field(description="Cores that it may take at most.", examples=[16])
    memory_gib: MemoryGib = Field(description="Memory that it may take at most, in GiB.", examples=[32])
    gpu: int = Field(default=0, ge=0, le=16, description="GPUs that it may have at most.", examples=[0])


class Within(Model):
    """Limits of a rule; what goes beyond one of them needs an operator."""

    at_most: float | None = Field(
        default=None,
        ge=0,
        description="For numbers: this much at most, or no more than before. Nothing counts as no limit.",
        examples=[100],
    )
    server: ServerLimits | None = Field(
        default=None,
        description="For sizes: what servers of the profiles concerned may be, all choices reckoned.",
        examples=[{"cpu": 16, "memory_gib": 32}],
    )
    pools_in_use: bool = Field(
        default=False,
        description="For node pools: only those that the community's servers run on already.",
        examples=[True],
    )
    scopes: Many[Scope] | None = Field(
        default=None,
        description="For groups and roles: the only scopes that the roles concerned may have; with a filter they grant "
        "less, and are within.",
        examples=[["list:users", "access:servers"]],
    )
    class_server_hours_per_week: float | None = Field(
        default=None,
        ge=0,
        description="For classes: servers times hours of all classes of a week together, or no more than before.",
        examples=[3000],
    )
    image_of_its_own: bool = Field(
        default=False,
        description="For images: only folders that no other community uses.",
        examples=[True],
    )


class Rule(Model):
    """Who decides on some fields, and why."""

    name: Slug = Field(description="Short name, shown with each verdict.", examples=["images"])
    reason: str = Field(
        min_length=10,
        max_length=300,
        description="Why it is so, for those who read the verdict.",
        examples=["Their own software is what communities change most."],
    )
    fields: Many[FieldPattern] = Field(
        min_length=1,
        description="Fields, as `deployer show` prints them, with entries of lists by their names. `*` is any one "
        "name; `**` at the end is all that is below.",
        examples=[["hub.image", "hub.profiles.*.image"]],
    )
    changes: Many[Kind] = Field(
        default=("added", "changed", "removed"),
        min_length=1,
        description="Which changes: of an entry that is `added` or `removed`, of a value that is `changed`; by "
        "default all.",
        examples=[["added", "changed"]],
    )
    who: Literal["own", "operators"] = Field(
        default="own",
        description="`own`: a maintainer of the community; `operators`: one of the operators.",
        examples=["own"],
    )
    within: Within | None = Field(
        default=None,
        description="Limits of what `own` maintainers may do.",
        examples=[{"server": {"cpu": 16, "memory_gib": 32}}],
    )


class CostLimits(Model):
    """What a change may cost without an operator, in US dollars; where no prices are known, sizes alone are limited."""

    usd_more_per_month: float = Field(
        ge=0,
        description="How much more the month may cost in which nobody computes.",
        examples=[50],
    )
    usd_per_server_hour: float = Field(
        ge=0,
        description="What an hour of a profile's dearest server may cost, as a share of a full node; what cost more "
        "before may stay, and may not rise.",
        examples=[1],
    )


class Policy(Model):
    """`policy.yaml`. What no rule names is for the operators."""

    operators: Many[GitHubName] = Field(
        min_length=1,
        description="Who may agree to everything: logins on GitHub, or teams as organisation/team.",
        examples=[["example-org/hub-operators"]],
    )
    canaries: Many[str] = Field(
        default=(),
        description="Communities that meet a change to many before the others do; by default the smallest of those "
        "that change.",
        examples=[["demo"]],
    )
    cost: CostLimits = Field(
        description="Beyond this an operator decides, whatever the rules say.",
        examples=[{"usd_more_per_month": 50, "usd_per_server_hour": 1}],
    )
    rules: Many[Rule] = Field(
        description="The first that names a field and a kind of change decides.",
        examples=[[{"name": "title", "reason": "It is their name.", "fields": ["title"]}]],
    )
