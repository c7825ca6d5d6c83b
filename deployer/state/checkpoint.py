"""A stack's state as the engine writes it, and what the engine itself would not go on from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Key that marks a value of a special kind in a state (pulumi/pulumi, sdk/go/common/resource: SigKey)."""
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the kind of a secret there (SecretSig)
PROVIDER_PARTS = 4
"""A reference to a provider is its URN and an id, so ends in `::<id>`, with three more pairs of colons before."""


def latest(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The newest deployment in a stack's file."""
    found: Mapping[str, Any] = (document.get("checkpoint") or {}).get("latest") or {}
    return found


def broken_references(deployment: Mapping[str, Any]) -> Iterator[str]:
    """What keeps the engine from going on: it wants each resource once, and whatever it needs before it."""
    seen: set[str] = set()
    for resource in deployment.get("resources") or ():
        urn = str(resource["urn"])
        for role, other in _needed(resource):
            if other not in seen:
                yield f"{_short(urn)}: its {role} {_short(other)} is not there before it"
        if urn in seen and not resource.get("delete"):
            yield f"{_short(urn)} is there twice"
        if not resource.get("delete"):
            seen.add(urn)


def pending(deployment: Mapping[str, Any]) -> list[str]:
    """What a killed run had begun and not ended: "creating Bucket scratch"."""
    return [f"{one['type']} {_short(one['resource']['urn'])}" for one in deployment.get("pending_operations") or ()]


def secrets_in_clear(value: Any) -> bool:
    """Whether a secret stands there that is not encrypted."""
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == SECRET:
            return "plaintext" in value
        return any(secrets_in_clear(item) for item in value.values())
    return isinstance(value, list) and any(secrets_in_clear(item) for item in value)


def encryption(deployment: Mapping[str, Any]) -> str:
    """How its secrets are encrypted, in words."""
    secrets = deployment.get("secrets_providers") or {}
    kind, details = secrets.get("type", ""), secrets.get("state") or {}
    if kind == "cloud":
        return str(details.get("url", kind))
    return str(kind) or "no secrets yet"


def _needed(resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if resource.get("parent"):
        yield "parent", str(resource["parent"])
    for other in resource.get("dependencies") or ():
        yield "dependency", str(other)
    for others in (resource.get("propertyDependencies") or {}).values():
        yield from (("dependency", str(other)) for other in others or ())
    if resource.get("deletedWith"):
        yield "owner", str(resource["deletedWith"])
    provider = str(resource.get("provider") or "")
    if provider.count("::") >= PROVIDER_PARTS:
        yield "provider", provider.rpartition("::")[0]


def _short(urn: str) -> str:
    kind, _, name = urn.rpartition("::")
    return f"{kind.rpartition(':')[2]} {name}"
