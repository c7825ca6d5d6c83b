"""Digests of inputs: two rollouts with one digest would make the very same thing.

What is asked of a stage is its resolved deployment (which holds the digest of every image) and the sign-in secret. Its
inputs are that and the sources that turn it into resources: the packages components and stacks, what acts for it of
the project's own plugins, and the engine's version.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from schemas.cluster import Cluster
from schemas.community import Deployment
from schemas.stage import STAGES

MAKING = ("components", "stacks")
"""Packages whose code registers resources."""
PLUGINS: Mapping[str, tuple[str, ...]] = {"local": ("engine", "local")}
"""Cloud -> folders of providers/ that act for it at deploy time; stand-ins act for nothing real."""
PLUGINS_ELSEWHERE = ("engine", "keys")
SDKS: Mapping[str, tuple[str, ...]] = {
    "aws": ("pulumi-aws", "pulumi-kubernetes"),
    "azure": ("pulumi-azure-native", "pulumi-kubernetes"),
    "existing": ("pulumi-kubernetes",),
    "gcp": ("pulumi-gcp", "pulumi-kubernetes"),
    "local": (),
}
"""Cloud -> packages whose versions are those of its plugins."""


@dataclass(frozen=True, kw_only=True)
class Digests:
    """Hexadecimal SHA-256 of what each stack of a community is made from."""

    cluster: str
    stages: Mapping[str, str]
    asked_cluster: str
    """Of what is asked of the cluster, whichever code makes it."""
    asked_stages: Mapping[str, str]

    def inputs(self, part: str) -> str:
        """Of a stage, or of the cluster."""
        return self.stages[part] if part in STAGES else self.cluster

    def asked(self, part: str) -> str:
        """Of what is asked of it, whichever code makes it."""
        return self.asked_stages[part] if part in STAGES else self.asked_cluster

    @property
    def rollout(self) -> str:
        """Of cluster and all stages together.

        Stages differ by design, so "the very same inputs" of staging and prod means: both are resolved from one
        content. A change to either, even to prod's overrides alone, asks for a new check of staging.
        """
        return _digest({"cluster": self.cluster, "stages": dict(self.stages)})

    @property
    def asked_rollout(self) -> str:
        """The same of what is asked, whichever code makes it."""
        return _digest({"cluster": self.asked_cluster, "stages": dict(self.asked_stages)})


def digests(
    cluster_name: str, cluster: Cluster, deployments: Mapping[str, Deployment], secrets: Mapping[str, str | None]
) -> Digests:
    """Of a cluster, and of a community's resolved stages on it with their sign-in secrets, by stage."""
    sources = source_digest(cluster.provider)
    asked_cluster = _digest({"name": cluster_name, "cluster": cluster.model_dump(mode="json")})
    asked_stages = {
        stage: _digest(
            {
                "deployment": deployment.model_dump(mode="json"),
                "secret": _keyed(secrets.get(stage), deployment.stack),
            }
        )
        for stage, deployment in deployments.items()
    }
    return Digests(
        cluster=_digest([asked_cluster, sources]),
        stages={stage: _digest([asked, sources]) for stage, asked in asked_stages.items()},
        asked_cluster=asked_cluster,
        asked_stages=asked_stages,
    )


def source_digest(provider: str) -> str:
    """Of the code that makes resources in a cloud, and of what acts there."""
    return _digest([[_folder_digest(package) for package in MAKING], acting_digest(provider)])


def acting_digest(provider: str) -> str:
    """Of what no registration shows: the engine's version, those of plugins, and the code of the project's own."""
    folders = PLUGINS.get(provider, PLUGINS_ELSEWHERE)
    versions = {package: _version(package) for package in ("pulumi", *SDKS.get(provider, ()))}
    return _digest([versions, [_folder_digest(f"providers.{name}") for name in folders]])


@cache
def _folder_digest(package: str) -> str:
    hasher = hashlib.sha256()
    root = _folder(package)
    for path in _sources(root):
        hasher.update(f"\0{package}/{path.relative_to(root).as_posix()}\0".encode())
        hasher.update(path.read_bytes())
    return hasher.hexdigest()


@cache
def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _sources(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent


def _keyed(secret: str | None, stack: str) -> str | None:
    # Sign-in services draw these secrets at random, far beyond guessing; keyed by the stack, two hubs that share one
    # do not show it.
    if secret is None:
        return None
    return hmac.new(f"hubs:{stack}".encode(), secret.encode(), hashlib.sha256).hexdigest()


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
