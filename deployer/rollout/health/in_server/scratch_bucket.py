"""Writes, reads and removes one object of a bucket, as whoever the server is in its cloud.

By the cloud's own HTTP API, so that it does not matter which of its libraries an image has.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from pathlib import Path
from typing import Callable, Mapping, Optional  # noqa: UP035

Headers = Callable[[str, str], "dict[str, str]"]
"""Of a request, from its method and body."""

ANSWER_SECONDS = 15
AZURE_VERSION = "2021-08-06"
"""Of the Blob service's API; any that knows OAuth will do (since 2017-11-09)."""


def write_read_remove(address: str, name: str, text: str) -> str:
    """The text as it was read again. `address` is gs://, s3:// or abfs://, perhaps with a folder."""
    scheme, _, rest = address.partition("://")
    place, _, folder = rest.partition("/")
    path = urllib.parse.quote("/".join(part for part in (folder.strip("/"), name) if part), safe="/-_.~")
    url, headers = {"gs": _google, "s3": _amazon, "abfs": _azure}[scheme](place, path)
    _ask("PUT", url, headers("PUT", text), text)
    try:
        return _ask("GET", url, headers("GET", ""))
    finally:
        _ask("DELETE", url, headers("DELETE", ""))


def _google(bucket: str, path: str) -> tuple[str, Headers]:
    server = os.environ.get("GCE_METADATA_HOST", "metadata.google.internal")
    about = f"http://{server}/computeMetadata/v1/instance/service-accounts/default/token"
    token = json.loads(_ask("GET", about, {"Metadata-Flavor": "Google"}))["access_token"]
    storage = os.environ.get("STORAGE_EMULATOR_HOST", "https://storage.googleapis.com")
    return f"{storage}/{bucket}/{path}", lambda *_: {"Authorization": f"Bearer {token}"}


def _azure(place: str, path: str) -> tuple[str, Headers]:
    container, _, host = place.partition("@")
    asked = {
        "grant_type": "client_credentials",
        "client_id": _variable("AZURE_CLIENT_ID"),
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": _file(_variable("AZURE_FEDERATED_TOKEN_FILE")),
        "scope": "https://storage.azure.com/.default",
    }
    authority = os.environ.get("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com/").rstrip("/")
    sign_in = f"{authority}/{_variable('AZURE_TENANT_ID')}/oauth2/v2.0/token"
    token = json.loads(_ask("POST", sign_in, {}, urllib.parse.urlencode(asked)))["access_token"]

    def headers(method: str, _body: str) -> dict[str, str]:
        kind = {"x-ms-blob-type": "BlockBlob"} if method == "PUT" else {}
        return {"Authorization": f"Bearer {token}", "x-ms-version": AZURE_VERSION, **kind}

    storage = os.environ.get("AZURE_STORAGE_SERVICE_ENDPOINT", "https://" + host.replace(".dfs.", ".blob."))
    return f"{storage}/{container}/{path}", headers


def _amazon(bucket: str, path: str) -> tuple[str, Headers]:
    region = os.environ.get("AWS_REGION") or _variable("AWS_DEFAULT_REGION")
    lent = _amazon_credentials()
    given = os.environ.get("AWS_ENDPOINT_URL_S3")
    url = f"{given}/{bucket}/{path}" if given else f"https://{bucket}.s3.{region}.amazonaws.com/{path}"
    return url, lambda method, body: signed(method, url, body, region, lent, datetime.now(timezone.utc))  # noqa: UP017


def _amazon_credentials() -> dict[str, str]:
    lender = _variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    proof = {"Authorization": _file(_variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"))}
    lent: dict[str, str] = json.loads(_ask("GET", lender, proof))
    return lent


def signed(method: str, url: str, body: str, region: str, lent: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Headers of a request to S3, signed as AWS Signature Version 4 asks."""
    parts = urllib.parse.urlsplit(url)
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(body.encode()).hexdigest()
    headers = {
        "host": parts.netloc,
        "x-amz-content-sha256": digest,
        "x-amz-date": moment,
        "x-amz-security-token": lent["Token"],
    }
    names = ";".join(sorted(headers))
    listed = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join([method, parts.path, "", listed, names, digest])
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    hashed = hashlib.sha256(request.encode()).hexdigest()
    to_sign = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashed])
    key = b"AWS4" + lent["SecretAccessKey"].encode()
    for word in scope.split("/"):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"{lent['AccessKeyId']}/{scope}"
    headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return headers


def _ask(method: str, url: str, headers: Mapping[str, str], body: Optional[str] = None) -> str:  # noqa: UP045
    # Whoever lends an identity is on the node, where no proxy leads to.
    near = urllib.parse.urlsplit(url).scheme == "http"
    opener = urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if near else []))
    data = None if body is None else body.encode()
    request = urllib.request.Request(url, data=data, headers=dict(headers), method=method)  # noqa: S310
    where = f"{method} {urllib.parse.urlsplit(url).netloc}"
    try:
        with opener.open(request, timeout=ANSWER_SECONDS) as answer:
            told: bytes = answer.read()
            return told.decode()
    except urllib.error.HTTPError as error:
        words = " ".join(error.read().decode(errors="replace").split())[:200]
        raise RuntimeError(f"{where} answered {error.code} {error.reason}: {words}") from None
    except OSError as error:
        raise RuntimeError(f"{where} did not answer: {getattr(error, 'reason', error)}") from None


def _variable(name: str) -> str:
    if name not in os.environ:
        raise RuntimeError(f"the server is nobody in the cloud: the variable {name} is not set")
    return os.environ[name]


def _file(path: str) -> str:
    return Path(path).read_text().strip()
