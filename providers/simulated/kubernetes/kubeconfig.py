"""What a kubeconfig says: which server, and as whom."""

from __future__ import annotations

import base64
import ipaddress
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from providers.engine.values import Fault

if TYPE_CHECKING:
    import ssl


@dataclass(frozen=True, kw_only=True)
class Access:
    """One context of a kubeconfig."""

    context: str
    server: str
    """https://…"""
    ca_pem: str = ""
    """Empty: certificates that everybody trusts."""
    verified: bool = True
    token: str = ""
    certificate_pem: str = ""
    key_pem: str = ""
    by_program: bool = False
    """Signs in by another program (exec), which is not started here."""

    @property
    def local(self) -> bool:
        """The server is on this machine."""
        host = urlsplit(self.server).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def read_access(settings: Mapping[str, Any]) -> Access | None:
    """Where the provider's settings lead; None while that is unknown or not given. Raises Fault."""
    given = settings.get("kubeconfig")
    if not isinstance(given, str) or not given.strip():
        return None
    path = Path(given).expanduser() if "\n" not in given and "{" not in given else None
    text = path.read_text(encoding="utf-8") if path is not None and path.is_file() else given
    folder = path.parent if path is not None else Path()
    try:
        loaded = yaml.safe_load(text)
        context = settings.get("context") or loaded["current-context"]
        told = _named(loaded, "contexts")[context]["context"]
        cluster = _named(loaded, "clusters")[settings.get("cluster") or told["cluster"]]["cluster"]
        user = _named(loaded, "users").get(told.get("user"), {}).get("user") or {}
        return Access(
            context=str(context),
            server=str(cluster["server"]),
            ca_pem=_pem(cluster, "certificate-authority", folder),
            verified=not cluster.get("insecure-skip-tls-verify"),
            token=str(user.get("token") or _file(user, "tokenFile", folder)).strip(),
            certificate_pem=_pem(user, "client-certificate", folder),
            key_pem=_pem(user, "client-key", folder),
            by_program="exec" in user or "auth-provider" in user,
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError):
        raise Fault("failed to parse kubeconfig", "it must hold clusters, contexts and a current-context") from None
    except OSError as error:
        raise Fault(f"failed to read {error.filename}, which the kubeconfig names: {error.strerror}") from None


def written(access: Access) -> str:
    """A kubeconfig of this context alone, for programs that read one; JSON, which is YAML too."""
    name = access.context
    cluster = {"server": access.server} | _encoded("certificate-authority-data", access.ca_pem)
    if not access.verified:
        cluster["insecure-skip-tls-verify"] = True
    user = _encoded("client-certificate-data", access.certificate_pem) | _encoded("client-key-data", access.key_pem)
    if access.token:
        user["token"] = access.token
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
    }
    return json.dumps(document)


def certificates(access: Access) -> ssl.SSLContext:
    """Whom to trust, and the client's own certificate where it has one."""
    import ssl

    trust = ssl.create_default_context(cadata=access.ca_pem or None)
    if not access.verified:
        trust.check_hostname = False
        trust.verify_mode = ssl.CERT_NONE
    if access.certificate_pem:
        # The library takes this from files only.
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(f"{access.certificate_pem}\n{access.key_pem}\n")
            file.flush()
            trust.load_cert_chain(file.name)
    return trust


def _encoded(name: str, text: str) -> dict[str, Any]:
    return {name: base64.b64encode(text.encode()).decode()} if text else {}


def _named(loaded: Mapping[str, Any], what: str) -> dict[str, Any]:
    return {one["name"]: one for one in loaded.get(what) or ()}


def _pem(section: Mapping[str, Any], name: str, folder: Path) -> str:
    data = section.get(f"{name}-data")
    return base64.b64decode(data).decode() if data else _file(section, name, folder)


def _file(section: Mapping[str, Any], name: str, folder: Path) -> str:
    path = section.get(name)
    return (folder / path).read_text(encoding="utf-8") if path else ""
