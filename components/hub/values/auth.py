"""Sign-in: who may come in, by which service, and what that service tells of people's groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.hub.values.merging import ChartValues, Values, over
from components.hub.values.told import Told
from components.jupyterhub.sign_in import authenticator_class, secret_traits, sign_in_traits

if TYPE_CHECKING:
    from schemas.community import Deployment
    from schemas.secrets import StageSecrets


def values(deployment: Deployment, told: Told) -> ChartValues:
    """The authenticator's options; its secrets are those of `secret_values`."""
    hub = deployment.hub
    config: Values = {
        "JupyterHub": {"authenticator_class": authenticator_class(hub.auth)},
        **sign_in_traits(hub),
    }
    if hub.auth.client is not None:
        config["OAuthenticator"] = {"oauth_callback_url": f"https://{hub.domain}/hub/oauth_callback"}
    return {"jupyterhub": {"hub": {"config": config}}}


def secret_values(deployment: Deployment, given: StageSecrets, password: str | None = None) -> Values:
    """What the chart lays over its values inside the hub's pod: key `values.yaml` of the Secret `hub-secrets`.

    `given` is what somebody wrote, and `password` the shared one of `type: dummy`, whoever made it.
    """
    traits = over(secret_traits(deployment.hub.auth, given.client_secret, password), given.traits)
    values: Values = {"hub": {"config": traits}} if traits else {}
    if given.environment:
        values["singleuser"] = {"extraEnv": dict(given.environment)}
    return over(values, given.helm_values)
