"""`secrets/<community>.yaml`: what nobody may read, encrypted by sops value by value; the keys stay in clear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from schemas.model import Environment, Model, text

# What sops writes in the place of a value; it may be far longer than the value itself.
Secret = Annotated[str, Field(min_length=1)]
TraitsClass = Annotated[str, text(r"^[A-Z][A-Za-z0-9]*$", "the name of a class, e.g. OAuthenticator", max_length=100)]


class _Hidden(Model):
    """Shows nothing of itself, wherever it may be printed."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(not shown)"

    __str__ = __repr__


class StageSecrets(_Hidden):
    """Secrets of one stage, or of both."""

    model_config = ConfigDict(hide_input_in_errors=True)

    client_secret: Secret | None = Field(
        default=None,
        description="Of the hub's registration with the sign-in service. It wins over the environment variable that "
        "`client_secret_env` names.",
        examples=["what the sign-in service gave"],
    )
    password: Secret | None = Field(
        default=None,
        description="With sign-in type `dummy`: the shared password, instead of one that is made.",
        examples=["correct horse battery staple"],
    )
    traits: dict[TraitsClass, dict[str, Any]] = Field(
        default_factory=dict,
        description="JupyterHub's own options that are secret, by class.",
        examples=[{"GenericOAuthenticator": {"extra_authorize_params": {"key": "secret"}}}],
    )
    environment: Environment = Field(
        default_factory=dict,
        description="Environment variables of people's servers. Everybody who has a server can read them there.",
        examples=[{"CATALOG_TOKEN": "secret"}],
    )
    helm_values: dict[str, Any] = Field(
        default_factory=dict,
        description="Values of the jupyterhub chart that the hub itself reads: below `hub`, `singleuser` and `custom`. "
        "On a cluster only.",
        examples=[{"custom": {"ldap_password": "secret"}}],
    )

    @property
    def empty(self) -> bool:
        """Nothing is given."""
        return not self.model_dump(exclude_defaults=True)

    def over(self, below: StageSecrets) -> StageSecrets:
        """These, and what `below` gives besides."""
        return StageSecrets.model_validate(
            _laid(below.model_dump(exclude_defaults=True), self.model_dump(exclude_defaults=True))
        )


class Secrets(_Hidden):
    """The file of one community. What a stage gives wins over what both have."""

    model_config = ConfigDict(hide_input_in_errors=True)

    both: StageSecrets = Field(default=StageSecrets(), description="Of both stages.", examples=[{}])
    staging: StageSecrets = Field(default=StageSecrets(), description="Of staging alone.", examples=[{}])
    prod: StageSecrets = Field(default=StageSecrets(), description="Of prod alone.", examples=[{}])

    def of(self, stage: str) -> StageSecrets:
        """All that a stage has."""
        own: StageSecrets = getattr(self, stage)
        return own.over(self.both)


def _laid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    laid = dict(below)
    for key, value in above.items():
        under = laid.get(key)
        laid[key] = _laid(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return laid
