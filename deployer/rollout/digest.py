"""Digests of inputs: two rollouts with one digest would make the very same thing.

A stage's inputs are its resolved deployment (which holds the digest of every image), the sign-in secret, and the
sources that turn those into resources: the packages components, stacks and providers, and the engine's version.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from schemas.cluster import Cluster
from schemas.community import Deployment

SOURCES = ("components", "providers", "stacks")


@dataclass(frozen=True, kw_only=True)
class Digests:
    """Hexadecimal SHA-256 of what each stack of a community is made from."""

    cluster: str
    stages: Mapping[str, str]

    @property
    def rollout(self) -> str:
        """Of cluster and all stages together.

        Stages differ by design, so "the very same inputs" of staging and prod means: both are resolved from one
        content. A change to either, even to prod's overrides alone, asks for a new check of staging.
        """
        return _digest({"cluster": self.cluster, "stages": dict(self.stages)})


def digests(
    cluster_name: str, cluster: Cluster, deployments: Mapping[str, Deployment], secrets: Mapping[str, str | None]
) -> Digests:
    """Of a cluster, and of a community's resolved stages on it with their sign-in secrets, by stage."""
    sources = source_digest()
    return Digests(
        cluster=_digest({"name": cluster_name, "cluster": cluster.model_dump(mode="json"), "sources": sources}),
        stages={
            stage: _digest(
                {
                    "deployment": deployment.model_dump(mode="json"),
                    "secret": _keyed(secrets.get(stage), deployment.stack),
                    "sources": sources,
                }
            )
            for stage, deployment in deployments.items()
        },
    )


@cache
def source_digest() -> str:
    """Of the code that makes resources, and the engine's version."""
    hasher = hashlib.sha256(version("pulumi").encode())
    for package in SOURCES:
        root = _folder(package)
        for path in _sources(root):
            hasher.update(f"\0{package}/{path.relative_to(root).as_posix()}\0".encode())
            hasher.update(path.read_bytes())
    return hasher.hexdigest()


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
