"""Who may sign in, who administers, and how people prove who they are."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.model import Domain, GroupName, Many, Model, UserName, WebAddress, text

AuthType = Literal["dummy", "native", "github", "google", "cilogon", "auth0", "oidc"]
OAUTH_TYPES: frozenset[str] = frozenset({"github", "google", "cilogon", "auth0", "oidc"})
"""The types that have a section of their own in `auth`, of the same name."""

EnvironmentVariable = Annotated[
    str, text(r"^[A-Z_][A-Z0-9_]*$", "capital letters, digits and underscores, e.g. DEMO_CLIENT_SECRET", max_length=100)
]


# What the examples below have in common.
CLIENT = {"client_id": "Iv1.0000000000000000", "client_secret_env": "DEMO_CLIENT_SECRET"}
INSTITUTION = {"entity_id": "https://idp.example.org/shibboleth", "admit": "all"}
ENDPOINTS = {
    "authorize_url": "https://id.example.org/authorize",
    "token_url": "https://id.example.org/token",
    "userdata_url": "https://id.example.org/userinfo",
}


class OAuthClient(Model):
    """The hub's registration with the sign-in service."""

    client_id: str = Field(
        min_length=1, description="Public id of the registration.", examples=["Iv1.0000000000000000"]
    )
    client_secret_env: EnvironmentVariable | None = Field(
        default=None,
        description="Name of the environment variable that holds the registration's secret when deploying, for those "
        "who keep it nowhere else: `client_secret` in `secrets/<community>.yaml` wins. The secret itself never stands "
        "in a file of this kind.",
        examples=["DEMO_GITHUB_CLIENT_SECRET"],
    )


class GitHub(OAuthClient):
    """Sign-in with GitHub."""

    allowed_organizations: Many[str] = Field(
        default=(),
        description="Organisations, or teams as `organisation:team`, whose members may sign in.",
        examples=[["example-org", "example-org:workshop"]],
    )


class Google(OAuthClient):
    """Sign-in with Google."""

    hosted_domains: Many[Domain] = Field(
        default=(), description="Domains of e-mail addresses that may sign in.", examples=[["example.org"]]
    )


class CILogonProvider(Model):
    """One university or organisation that CILogon knows."""

    entity_id: WebAddress = Field(
        description="Entity id of the identity provider, as CILogon lists it.",
        examples=["https://idp.example.org/shibboleth"],
    )
    username_claim: str = Field(
        default="email", min_length=1, description="Claim that becomes the user name.", examples=["email"]
    )
    admit: Literal["all", "listed"] = Field(
        default="listed",
        description="`all`: everyone who signs in there may use the hub; "
        "`listed`: those with an allowed domain or name.",
        examples=["all"],
    )
    allowed_domains: Many[Domain] = Field(
        default=(), description="Domains of user names that may sign in.", examples=[["example.org"]]
    )


class CILogon(OAuthClient):
    """Sign-in with a home institution through CILogon."""

    identity_providers: Many[CILogonProvider] = Field(
        min_length=1,
        description="Institutions that people may sign in with.",
        examples=[[INSTITUTION]],
    )


class Auth0(OAuthClient):
    """Sign-in with an Auth0 tenant."""

    domain: Domain = Field(description="The tenant's domain.", examples=["example.eu.auth0.com"])
    username_claim: str = Field(
        default="email", min_length=1, description="Claim that becomes the user name.", examples=["email"]
    )


class Oidc(OAuthClient):
    """Sign-in with any OpenID Connect provider."""

    authorize_url: WebAddress = Field(
        description="The provider's authorisation endpoint.", examples=["https://id.example.org/authorize"]
    )
    token_url: WebAddress = Field(
        description="The provider's token endpoint.", examples=["https://id.example.org/token"]
    )
    userdata_url: WebAddress = Field(
        description="The provider's user-info endpoint.", examples=["https://id.example.org/userinfo"]
    )
    username_claim: str = Field(
        default="preferred_username", min_length=1, description="Claim that becomes the user name.", examples=["email"]
    )
    groups_claim: str | None = Field(
        default=None, min_length=1, description="Claim that lists a person's groups.", examples=["groups"]
    )
    scopes: Many[str] = Field(
        default=("openid", "profile", "email"),
        min_length=1,
        description="Scopes asked for.",
        examples=[["openid", "email"]],
    )
    login_service: str = Field(
        default="single sign-on", min_length=1, description="What the button calls it.", examples=["Example ID"]
    )
    allowed_groups: Many[GroupName] = Field(
        default=(), description="Groups of the provider whose members may sign in.", examples=[["hub-users"]]
    )


class Auth(Model):
    """Sign-in of one hub. Only the section that `type` names may be there."""

    type: AuthType = Field(
        default="dummy",
        description="How people prove who they are. `dummy`: any name with one shared, generated password: demos and "
        "tests; `native`: accounts on the hub itself; the others by the service of that name.",
        examples=["github"],
    )
    admins: Many[UserName] = Field(
        default=(), description="People who administer the hub; they may also sign in.", examples=[["ada", "grace"]]
    )
    allowed_users: Many[UserName] = Field(
        default=(), description="Further people who may sign in, by name.", examples=[["alan"]]
    )
    allow_all: bool = Field(
        default=False,
        description="Everyone whom the sign-in service knows may use the hub. "
        "With `github` that is everyone on GitHub.",
        examples=[False],
    )
    open_signup: bool = Field(
        default=False,
        description="With `native`: new accounts may be used at once, instead of after an admin's approval.",
        examples=[False],
    )
    github: GitHub | None = Field(
        default=None, description="With type `github`.", examples=[{**CLIENT, "allowed_organizations": ["example-org"]}]
    )
    google: Google | None = Field(
        default=None, description="With type `google`.", examples=[{**CLIENT, "hosted_domains": ["example.org"]}]
    )
    cilogon: CILogon | None = Field(
        default=None, description="With type `cilogon`.", examples=[{**CLIENT, "identity_providers": [INSTITUTION]}]
    )
    auth0: Auth0 | None = Field(
        default=None, description="With type `auth0`.", examples=[{**CLIENT, "domain": "example.eu.auth0.com"}]
    )
    oidc: Oidc | None = Field(default=None, description="With type `oidc`.", examples=[{**CLIENT, **ENDPOINTS}])

    @property
    def client(self) -> OAuthClient | None:
        """The registration with the sign-in service that is in use; None where there is no such service."""
        return getattr(self, self.type) if self.type in OAUTH_TYPES else None
