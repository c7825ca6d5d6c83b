"""Who hubs' servers and workflows are in a cloud, and who is told of costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pulumi

    from components.account_contract import StateResources
    from components.kubernetes_contract.site import Site


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What an identity may do with one bucket."""

    bucket: pulumi.Output[str]
    access: Literal["admin", "read"]
    """admin: read, write and delete objects; never the bucket itself."""


@dataclass(frozen=True, kw_only=True)
class IdentityArgs:
    """Who people's servers of one hub are in the cloud."""

    site: Site
    oidc_issuer: pulumi.Input[str]
    """`ControlPlaneOutputs.oidc_issuer`."""
    namespace: str
    service_account: str = "user-sa"
    grants: Mapping[str, Grant] = field(default_factory=dict)
    """By the bucket's name in the file."""
    push_to: pulumi.Input[str] | None = None
    """The cluster's registry (`RegistryOutputs.prefix`), where it builds images; None where it builds none."""


@dataclass(frozen=True, kw_only=True)
class IdentityOutputs:
    """What the chart must put on service account and pods."""

    service_account_annotations: Mapping[str, pulumi.Output[str]]
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    needs_metadata_server: bool = False
    """True: z2jh must not block the metadata address, since pods get their own identity there."""


@dataclass(frozen=True, kw_only=True)
class CiIdentityArgs:
    """Which workflows may deploy in an account."""

    site: Site
    repository_id: str
    environments: Sequence[str]
    state: StateResources | None = None
    """What they must be able to read and write besides; None where the state is in another account."""
    after: Sequence[pulumi.Resource] = ()
    """Services that it cannot be made without."""
    adopt: bool = False
    """Its sign-in is there already: the cloud gives that name to nobody twice, and an earlier undo left it."""


@dataclass(frozen=True, kw_only=True)
class CiIdentityOutputs:
    """What a workflow names to sign in; nothing of it is secret."""

    principal: pulumi.Output[str]
    action: str
    """The cloud's own action that signs a job in, as workflows name it."""
    settings: Mapping[str, pulumi.Output[str]]
    """By the names that this action gives them."""
    kept: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)
    """What an undo leaves behind, by what it is."""


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """Whom to tell of rising costs."""

    site: Site
    usd_per_month: int | None
    """None: last month's."""
    notify: Sequence[str]
    """E-mail addresses."""


@dataclass(frozen=True, kw_only=True)
class BudgetOutputs:
    """A budget that is there."""

    budget_id: pulumi.Output[str]
