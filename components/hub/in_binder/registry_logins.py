"""How BinderHub's pod signs in to a cloud's registry as the service account that it is, without a password.

Its text is run by the chart's configuration file before `binder_service.py`: no imports of this project. Each function
gives a user and a password that hold for an hour at least, which is longer than a push takes.
"""

import base64
import datetime
import hashlib
import hmac
import json
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from binderhub.registry import DockerRegistry
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

Login = tuple[str, str]

GOOGLE = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
GOOGLES_USER = "oauth2accesstoken"
AZURES_USER = "00000000-0000-0000-0000-000000000000"
KEPT_SECONDS = 600
"""Google gives a token again until it is nearly used up; asking anew each time gets one that lasts."""


async def google(host: str) -> Login:  # noqa: ARG001 - all of Google's registries take the same
    """By GKE's workload identity (cloud.google.com/artifact-registry/docs/docker/authentication)."""
    told = await _asked(HTTPRequest(GOOGLE, headers={"Metadata-Flavor": "Google"}))
    return GOOGLES_USER, told["access_token"]


async def azure(host: str) -> Login:
    """By AKS's workload identity, then in exchange at the registry (Azure/acr, docs/AAD-OAuth.md)."""
    tenant = os.environ["AZURE_TENANT_ID"]
    authority = os.environ.get("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com/")
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["AZURE_CLIENT_ID"],
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": Path(os.environ["AZURE_FEDERATED_TOKEN_FILE"]).read_text(encoding="ascii"),
        "scope": "https://management.azure.com/.default",
    }
    told = await _asked(_post(f"{authority}{tenant}/oauth2/v2.0/token", form))
    form = {"grant_type": "access_token", "service": host, "tenant": tenant, "access_token": told["access_token"]}
    told = await _asked(_post(f"https://{host}/oauth2/exchange", form))
    return AZURES_USER, told["refresh_token"]


async def aws(host: str) -> Login:
    """By EKS's pod identity, then at ECR (GetAuthorizationToken)."""
    token = Path(os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).read_text(encoding="ascii")
    where = os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    keys = await _asked(HTTPRequest(where, headers={"Authorization": token}))
    told = await _asked(ecr_request(host.split(".")[3], keys, datetime.datetime.now(datetime.UTC)))
    user, _, password = base64.b64decode(told["authorizationData"][0]["authorizationToken"]).decode().partition(":")
    return user, password


def ecr_request(region: str, keys: dict[str, str], now: datetime.datetime) -> HTTPRequest:
    """A request for a registry's password, signed as AWS asks (Signature Version 4)."""
    host, body, moment = f"api.ecr.{region}.amazonaws.com", "{}", now.strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "host": host,
        "x-amz-date": moment,
        "x-amz-security-token": keys["Token"],
        "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
    }
    names = ";".join(headers)
    lines = [f"{name}:{value}" for name, value in headers.items()]
    canonical = "\n".join(["POST", "/", "", *lines, "", names, hashlib.sha256(body.encode()).hexdigest()])
    scope = f"{moment[:8]}/{region}/ecr/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{keys['SecretAccessKey']}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    signed = f"AWS4-HMAC-SHA256 Credential={keys['AccessKeyId']}/{scope}, SignedHeaders={names}, Signature={signature}"
    return HTTPRequest(f"https://{host}/", "POST", {**headers, "Authorization": signed}, body)


LOGINS: dict[str, Callable[[str], Awaitable[Login]]] = {
    ".pkg.dev": google,
    ".amazonaws.com": aws,
    ".azurecr.io": azure,
}
"""By how a registry's name ends."""


def login_of(host: str) -> Callable[[str], Awaitable[Login]] | None:
    """None for a registry that is in no cloud of these: whoever runs it says who may push."""
    return next((login for end, login in LOGINS.items() if host.endswith(end)), None)


class CloudRegistry(DockerRegistry):  # type: ignore[misc]
    """A registry that takes this pod's own identity for a password."""

    _login: Login = ("", "")
    _until = 0.0

    async def get_image_manifest(self, image: str, tag: str) -> Any:
        """Whether an image is there already."""
        self.username, self.password = await self._current()
        return await super().get_image_manifest(image, tag)

    async def get_credentials(self, image: str, tag: str) -> dict[str, str]:  # noqa: ARG002 - as its base has it
        """For the pod that builds an image and pushes it."""
        self._until = 0.0
        user, password = await self._current()
        return {"registry": self.url, "username": user, "password": password}

    async def _current(self) -> Login:
        if time.monotonic() >= self._until:
            host = urlsplit(self.url).netloc
            login = login_of(host)
            assert login is not None
            self._login, self._until = await login(host), time.monotonic() + KEPT_SECONDS
        return self._login


def _post(url: str, form: dict[str, str]) -> HTTPRequest:
    return HTTPRequest(url, "POST", {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(form))


async def _asked(request: HTTPRequest) -> dict[str, Any]:
    answer = await AsyncHTTPClient().fetch(request)
    told: dict[str, Any] = json.loads(answer.body)
    return told
