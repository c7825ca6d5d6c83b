"""What only one hub knows: keys made once in the state, and the one Secret that its programs read them from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.hub import layout
from components.hub.keys import Key
from components.jupyterhub.roles import HEALTH
from schemas.community import Deployment

PASSWORD_BYTES = 10
"""80 bits, typed by people."""


class HubSecrets(pulumi.ComponentResource):
    """The Secret `hub-secrets`, which the chart takes as `hub.existingSecret`: nothing of it is in a release.

    The proxy's token is read from it too, though the chart has no setting for that: components/hub/values/secrets.py.
    """

    health_token: pulumi.Output[str]
    binder_token: pulumi.Output[str] | None
    """Of the service that builds images; None where there is none."""
    password: pulumi.Output[str] | None
    """Of `auth.type: dummy`, else None."""
    digest: pulumi.Output[str]
    """Tells one content from another, and nothing of it: programs read their secrets when they start."""

    def __init__(
        self,
        name: str,
        deployment: Deployment,
        namespace: kubernetes.core.v1.Namespace,
        client_secret: str | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("hubs:kubernetes:Secrets", name, None, opts)
        self._name = name
        child = pulumi.ResourceOptions(parent=self)
        tokens = {service: self._key(f"{service}-token") for service in layout.services(deployment)}
        self.health_token, self.binder_token = tokens[HEALTH], tokens.get("binder")
        self.password = None
        if deployment.hub.auth.type == "dummy":
            password = Key(f"{name}-password", length_bytes=PASSWORD_BYTES, encoding="typed", opts=child)
            self.password = password.text
        content: dict[str, pulumi.Output[str]] = {
            "hub.config.ConfigurableHTTPProxy.auth_token": self._key("proxy-token"),
            "hub.config.JupyterHub.cookie_secret": self._key("cookies"),
            "hub.config.CryptKeeper.keys": self._key("sign-in-state"),
            **{layout.token_key(service): token for service, token in tokens.items()},
            "values.yaml": pulumi.Output.all(client_secret=client_secret, password=self.password).apply(
                lambda known: _values(deployment, known)
            ),
        }
        kubernetes.core.v1.Secret(
            f"{name}-secrets",
            metadata={"name": layout.HUB_SECRETS, "namespace": namespace.metadata.name},
            string_data=pulumi.Output.secret(content),
            opts=pulumi.ResourceOptions(parent=self, deleted_with=namespace),
        )
        self.digest = pulumi.Output.unsecret(pulumi.Output.all(**content).apply(_digest))
        self.register_outputs({})

    def _key(self, purpose: str) -> pulumi.Output[str]:
        return Key(f"{self._name}-{purpose}", opts=pulumi.ResourceOptions(parent=self)).text


def _values(deployment: Deployment, known: Mapping[str, Any]) -> str:
    """Values of the chart that are secret; JSON, which is YAML."""
    from components.hub.values.auth import secret_values

    told = {name: secret for name, secret in known.items() if secret is not None}
    return json.dumps(secret_values(deployment, **told), sort_keys=True)


def _digest(content: Mapping[str, str]) -> str:
    """Of the whole: beside keys drawn at random, what somebody chose cannot be guessed from it."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
