"""What a cloud account must have before the first deploy: a place for the state, a key for its secrets, services."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes_contract import Site
    from schemas.cluster import Cluster
    from schemas.kubernetes import Workflows

KEY, SIGN_IN = "key", "sign-in"
"""What an undo may leave, in the words of `kept`."""


@dataclass(frozen=True, kw_only=True)
class StatePlace:
    """Where an account's state is kept, in the engine's words; named by rule, so that everyone finds it."""

    account: str
    """The account's own id, by which people know it."""
    backend_url: str
    """gs://…, s3://…, azblob://…"""
    secrets_provider: str
    """gcpkms://…, awskms://…, azurekeyvault://…"""


@dataclass(frozen=True, kw_only=True)
class StateResources:
    """What the state consists of, by the ids that the cloud grants rights on."""

    bucket: pulumi.Output[str]
    key: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class FoundationArgs:
    """The account's own things, that all its clusters share."""

    site: Site
    keeps_state: bool = True
    """False where the project's state is in another account: no bucket and no key then."""
    protect: bool = True
    """False only on the way to taking them away."""
    adopt_key: bool = False
    """The key is there already: an earlier undo left it, since clouds give a key's name to nobody twice."""


@dataclass(frozen=True, kw_only=True)
class FoundationOutputs:
    """What the rest of the account stands on."""

    place: StatePlace | None
    state: StateResources | None
    """None where the project's state is in another account."""
    ready: Sequence[pulumi.Resource]
    """Services and the like, that everything else waits for."""
    kept: Mapping[str, pulumi.Output[str]]
    """What an undo leaves behind, by what it is."""


@dataclass(frozen=True, kw_only=True)
class AccountArgs:
    """The account that a cluster stands in, and whose workflows may deploy there."""

    cluster: Cluster
    workflows: Workflows | None = None
    """Of all clusters of the account together."""
    region: str | None = None
    """Where the account's things are already, when that is not the cluster's own region."""
    keeps_state: bool = True
    protect: bool = True
    adopt: Collection[str] = ()
    """What is there already, in the words of `kept`: left by an earlier undo."""


@dataclass(frozen=True, kw_only=True)
class AccountOutputs:
    """Becomes the account stack's outputs."""

    facts: Mapping[str, Any]
