"""The versions and checksums in tools/pins.toml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Pins:
    """What tools/pins.toml says."""

    pulumi_version: str
    pulumi_download: str
    """Address of the official archive, with {platform} to fill in."""
    pulumi_sha256: dict[str, str]
    """By platform, e.g. linux-x64."""
    node_minimum_major: int
    proxy_version: str
    actionlint_version: str
    sops_version: str
    age_version: str
    kubernetes_tools: dict[str, str]
    """Versions of what simulated clusters are made of, by tool."""


def read_pins(file: Path) -> Pins:
    """The pins in a file."""
    import tomllib

    data: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    return Pins(
        pulumi_version=data["pulumi"]["version"],
        pulumi_download=data["pulumi"]["download"],
        pulumi_sha256=data["pulumi"]["sha256"],
        node_minimum_major=data["node"]["minimum_major"],
        proxy_version=data["configurable-http-proxy"]["version"],
        actionlint_version=data["actionlint"]["version"],
        sops_version=data["sops"]["version"],
        age_version=data["age-keygen"]["version"],
        kubernetes_tools=data["kubernetes"],
    )
