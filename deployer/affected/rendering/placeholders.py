"""Marks in the place of secrets, so that the code which handles them runs without anybody's key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

MARK = "<secret>"
BESIDE = "sops"
"""The key under which a file of secrets tells who can open it."""


def given(root: Path, deployment: Any) -> dict[str, Any]:
    """What `hub_program` takes for a stage's secrets: all that its file has, by name; else the sign-in service's."""
    needs_client = bool(deployment.hub.auth.client)
    try:
        from schemas.secrets import Secrets
    except ImportError:  # of a revision that has none
        return {"client_secret": MARK if needs_client else None}
    file = root / "secrets" / f"{deployment.community}.yaml"
    content = yaml.safe_load(file.read_text()) if file.is_file() else {}
    masked = {key: _masked(value) for key, value in (content or {}).items() if key != BESIDE}
    found = Secrets.model_validate(masked).of(deployment.stage)
    if needs_client and found.client_secret is None:
        found = found.model_copy(update={"client_secret": MARK})
    return {"secrets": found}


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _masked(item) for key, item in value.items()}
    return [_masked(item) for item in value] if isinstance(value, list) else MARK
