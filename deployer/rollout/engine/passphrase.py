"""The passphrase that encrypts secrets in the state: the person's own, or one made for this state folder."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deployer.errors import DeployerError
from deployer.rollout.engine.settings import PASSPHRASE_PROVIDER, EngineSettings

GIVEN = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


@dataclass(frozen=True, kw_only=True)
class Passphrase:
    """How the engine learns the passphrase, never the passphrase itself."""

    environment: Mapping[str, str]
    made: Path | None = None
    """The file, when this run made it."""


def find_passphrase(settings: EngineSettings, environment: Mapping[str, str] = os.environ) -> Passphrase:
    """The environment's, or the one kept beside the state; the first run on a new folder makes one (mode 0600).

    Raises DeployerError when there is none and making one would not open what is there.
    """
    if any(environment.get(name) for name in GIVEN) or settings.secrets_provider != PASSPHRASE_PROVIDER:
        return Passphrase(environment={})
    folder = settings.folder
    if folder is None:
        raise DeployerError(
            f"no passphrase for the state at {settings.backend_url}",
            left="nothing was changed",
            remedy="export PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, or let a key service encrypt: "
            "`secretsProvider:` in Pulumi.yaml",
        )
    path = folder / "passphrase"
    made = _make(path, folder) if not path.exists() else False
    return Passphrase(environment={"PULUMI_CONFIG_PASSPHRASE_FILE": str(path)}, made=path if made else None)


def _make(path: Path, folder: Path) -> bool:
    if any((folder / ".pulumi" / "stacks").glob("*/*.json")):
        raise DeployerError(
            f"the passphrase of the state in {folder} is gone: {path} is missing",
            left="nothing was changed; without it the secrets in the state cannot be read",
            remedy=f"put the file back from your backup, or export {GIVEN[0]}",
        )
    descriptor, draft = tempfile.mkstemp(dir=folder, prefix=".passphrase-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(32))
        # A link fails when another run was faster, and never shows half a file.
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        Path(draft).unlink()
    return True
