"""What Pulumi.yaml and the environment say about the engine: its project, its backend, its secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from deployer.errors import DeployerError
from deployer.project import Project

PASSPHRASE_PROVIDER = "passphrase"  # noqa: S105  (a kind of encryption, not a password)
BUCKET_SCHEMES = ("s3", "gs", "azblob")


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """Where the state lives and what encrypts the secrets in it."""

    project: str
    """Name of the Pulumi project."""
    backend_url: str
    """Of the state, as the engine takes it; a folder's path is absolute."""
    secrets_provider: str
    """For stacks yet to be made; a stack that exists keeps its own."""
    world: Path | None = None
    """Folder of the simulated clouds, for a run against stand-ins; None for a run against the clouds themselves."""

    @property
    def engine_url(self) -> str:
        """The backend as the engine is told of it.

        In a folder the engine keeps a sidecar `.attrs` for each file, which nothing reads and which is not written
        whole: a run killed while writing one leaves a state that cannot be read.
        """
        return self.backend_url if self.folder is None else f"{self.backend_url}?metadata=skip"

    @property
    def folder(self) -> Path | None:
        """The state's folder when it is one of this machine, else None."""
        return Path(self.backend_url.removeprefix("file://")) if self.backend_url.startswith("file://") else None


def read_settings(project: Project, environment: Mapping[str, str] = os.environ) -> EngineSettings:
    """Pulumi.yaml, overridden by PULUMI_BACKEND_URL and PULUMI_SECRETS_PROVIDER.

    Raises DeployerError when Pulumi.yaml cannot be used or the backend is of a kind that holds no records.
    """
    path = project.root / "Pulumi.yaml"
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        name = str(document["name"])
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise DeployerError(
            f"{project.relative(path)} cannot be read as a Pulumi project: {error}",
            left="nothing was changed",
            remedy="restore it from the repository: it needs at least `name:` and `runtime: python`",
        ) from error
    url = environment.get("PULUMI_BACKEND_URL") or (document.get("backend") or {}).get("url") or "file://.state"
    provider = environment.get("PULUMI_SECRETS_PROVIDER") or document.get("secretsProvider") or PASSPHRASE_PROVIDER
    return EngineSettings(project=name, backend_url=resolved(str(url), project.root), secrets_provider=str(provider))


def simulated_settings(project: Project) -> EngineSettings:
    """For a run against stand-ins: a world and a state of their own beside the project's state.

    Both are on this machine, wherever the real state is. Raises DeployerError as `read_settings` does.
    """
    real = read_settings(project)
    beside = real.folder or project.root / ".state"
    return replace(
        real,
        backend_url=f"file://{beside / 'simulated'}",
        secrets_provider=PASSPHRASE_PROVIDER,
        world=beside / ".simulated",
    )


def resolved(url: str, root: Path) -> str:
    """A backend's address as the engine takes it, folders meant from `root`; raises DeployerError for another kind."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "file":
        return f"file://{(root / Path(rest.partition('?')[0] or '.').expanduser()).resolve()}"
    if separator and scheme in BUCKET_SCHEMES:
        return url
    service = scheme in ("http", "https")
    raise DeployerError(
        f"the state cannot live at {url!r}"
        + (": records, claims and history stand beside it, and Pulumi Cloud has no room for files" if service else ""),
        left="nothing was changed",
        remedy="set backend.url in Pulumi.yaml, or PULUMI_BACKEND_URL, to file://FOLDER, s3://BUCKET, gs://BUCKET or "
        "azblob://CONTAINER",
    )
