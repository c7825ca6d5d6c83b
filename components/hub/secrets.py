"""What only one hub knows: keys made once in the state, and the one Secret that its programs read them from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import pulumi
import pulumi_kubernetes as kubernetes

from components.contract import HubArgs
from components.hub import layout
from components.hub.keys import FIRST, Key
from components.hub.rotation import COOKIES, PASSWORD, PROXY_TOKEN, SIGN_IN_STATE, token_name
from components.jupyterhub.roles import HEALTH
from schemas.community import Deployment
from schemas.secrets import StageSecrets

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
        args: HubArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("hubs:kubernetes:Secrets", name, None, opts)
        self._name, self._generations = name, args.key_generations
        given = args.secrets
        child = pulumi.ResourceOptions(parent=self)
        tokens = {service: self._key(token_name(service)) for service in layout.services(deployment)}
        self.health_token, self.binder_token = tokens[HEALTH], tokens.get("binder")
        self.password = None
        if deployment.hub.auth.type == "dummy":
            self.password = pulumi.Output.secret(given.password) if given.password else self._password(child)
        content: dict[str, pulumi.Output[str]] = {
            "hub.config.ConfigurableHTTPProxy.auth_token": self._key(PROXY_TOKEN),
            "hub.config.JupyterHub.cookie_secret": self._key(COOKIES),
            "hub.config.CryptKeeper.keys": self._keys(SIGN_IN_STATE),
            **{layout.token_key(service): token for service, token in tokens.items()},
            "values.yaml": pulumi.Output.all(self.password).apply(lambda known: _values(deployment, given, *known)),
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
        return self._made(purpose).text

    def _keys(self, purpose: str) -> pulumi.Output[str]:
        """The key to encrypt with, then the one before it, which still opens what was kept with it."""
        made = self._made(purpose)
        if self._generations.get(purpose, FIRST) == FIRST:
            return made.text
        return pulumi.Output.all(made.text, made.former).apply(lambda texts: ";".join(text for text in texts if text))

    def _made(self, purpose: str) -> Key:
        generation = self._generations.get(purpose, FIRST)
        return Key(f"{self._name}-{purpose}", generation=generation, opts=pulumi.ResourceOptions(parent=self))

    def _password(self, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
        return Key(
            f"{self._name}-{PASSWORD}",
            length_bytes=PASSWORD_BYTES,
            encoding="typed",
            generation=self._generations.get(PASSWORD, FIRST),
            opts=child,
        ).text


def _values(deployment: Deployment, given: StageSecrets, password: str | None) -> str:
    """Values of the chart that are secret; JSON, which is YAML."""
    from components.hub.values.auth import secret_values

    return json.dumps(secret_values(deployment, given, password), sort_keys=True)


def _digest(content: Mapping[str, str]) -> str:
    """Of the whole: beside keys drawn at random, what somebody chose cannot be guessed from it."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
