"""Which changed files are code that shapes what is resolved or made, and which versions of it changed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from deployer.affected.narrowing import resolving_changed

MAKING = ("components/", "stacks/")
"""Code and data that programs are made of."""
OF_PROVIDERS: Mapping[str, str] = {"providers/local/": "local", "providers/keys/": "", "providers/engine/": ""}
"""Plugins of the project's own, and the one cloud that each acts for; empty for all with Kubernetes, or for all."""
SDKS: Mapping[str, tuple[str, ...]] = {
    # Package -> the clouds whose stacks are made with it; empty for all.
    "pulumi": (),
    "pulumi-aws": ("aws",),
    "pulumi-azure-native": ("azure",),
    "pulumi-gcp": ("gcp",),
    "pulumi-kubernetes": ("aws", "azure", "existing", "gcp"),
}
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[^]]*\])?\s*==\s*([^\s;]+)")
CHARTS = "components/charts.yaml"


def shaping_changed(changed: Collection[str]) -> bool:
    """Whether code changed that decides what is resolved or registered."""
    return resolving_changed(changed) or any(path.startswith(MAKING) for path in changed)


def providers_changed(changed: Collection[str]) -> dict[str, str]:
    """Cloud -> which plugin of the project acts otherwise there. Stand-ins are no part of anything real."""
    found = {}
    for prefix, cloud in OF_PROVIDERS.items():
        if any(path.startswith(prefix) for path in changed):
            found.update(dict.fromkeys(_clouds(prefix, cloud), prefix.rstrip("/")))
    return found


def _clouds(prefix: str, cloud: str) -> tuple[str, ...]:
    if cloud:
        return (cloud,)
    kubernetes = SDKS["pulumi-kubernetes"]
    return (*kubernetes, "local") if prefix == "providers/engine/" else kubernetes


def versions_changed(before: Path, after: Path, changed: Collection[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Clouds (none for all), and which pinned version of theirs is another one; `before` and `after` are checkouts."""
    if "pyproject.toml" in changed:
        old, new = _pinned(before), _pinned(after)
        for package, clouds in SDKS.items():
            if old.get(package) != new.get(package):
                yield clouds, f"{package} {old.get(package, 'none')} -> {new.get(package, 'none')}"
    if "tools/pins.toml" in changed:
        engines = [_toml(root / "tools" / "pins.toml").get("pulumi", {}).get("version") for root in (before, after)]
        if engines[0] != engines[1]:
            yield (), f"engine {engines[0]} -> {engines[1]}"


def project_changed(before: Path, after: Path, changed: Collection[str]) -> str:
    """What is otherwise in Pulumi.yaml that makes every stack another one: its project's name, its state's place."""
    if "Pulumi.yaml" not in changed:
        return ""
    old, new = _settings(before), _settings(after)
    return ", ".join(f"{key} in Pulumi.yaml" for key in ("name", "backend") if old.get(key) != new.get(key))


def pulumi_project(root: Path) -> str:
    """Pulumi's name of the project."""
    return str(_settings(root).get("name", "hubs"))


def _settings(root: Path) -> dict[str, Any]:
    try:
        return dict(yaml.safe_load((root / "Pulumi.yaml").read_text()) or {})
    except (OSError, ValueError, yaml.YAMLError):
        return {}


def _pinned(root: Path) -> dict[str, str]:
    project = _toml(root / "pyproject.toml").get("project", {})
    groups = [project.get("dependencies", []), *project.get("optional-dependencies", {}).values()]
    found = (PIN.match(requirement) for group in groups for requirement in group)
    return {match[1]: match[2] for match in found if match}


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text())
    except (OSError, ValueError):
        return {}
