"""Opens files of secrets: in memory, once, and only when somebody needs what is in them."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from deployer.config.document import Path, path_text
from deployer.config.model_words import faults
from deployer.errors import BadInput, Problem
from deployer.secrets.encrypted import ENCRYPTED, EncryptedFile
from deployer.secrets.sops import Sops
from schemas.secrets import Secrets

IDENTITIES = (
    "SOPS_AGE_KEY",
    "SOPS_AGE_KEY_FILE",
    "SOPS_AGE_KEY_CMD",
    "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
    "SOPS_AGE_SSH_PRIVATE_KEY_CMD",
)
"""Variables by which sops finds keys of age."""


def opened(file: EncryptedFile, sops: Sops) -> Secrets:
    """What is in a file. Raises BadInput when no key opens it, or when what is in it has not the right form."""
    text = sops.run(["decrypt", "--input-type", "yaml", "--output-type", "json", file.path], label=file.label)
    return _read(json.loads(text), file)


def stand_ins(file: EncryptedFile) -> Secrets:
    """What simulated hubs get where no key is: other words for each other secret, of the same form."""
    return _read(_stood_for(file.content), file)


def identity_file(environment: Mapping[str, str] = os.environ) -> FilePath:
    """Where sops looks for keys of age when no variable tells (age/keysource.go)."""
    if given := environment.get("SOPS_AGE_KEY_FILE"):
        return FilePath(given).expanduser()
    if environment.get("XDG_CONFIG_HOME"):
        folder = FilePath(environment["XDG_CONFIG_HOME"])
    else:
        folder = FilePath.home() / ("Library/Application Support" if sys.platform == "darwin" else ".config")
    return folder / "sops" / "age" / "keys.txt"


def identity_at_hand(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this machine has any key of age, so that trying costs no question to a cloud."""
    return any(environment.get(name) for name in IDENTITIES) or identity_file(environment).is_file()


def _read(data: Any, file: EncryptedFile) -> Secrets:
    try:
        return Secrets.model_validate(_without_nothing(data))
    except ValidationError as error:
        # Only where and of which kind: words of the model may repeat the value.
        found = dict(_kinds(error))
        raise BadInput(
            [
                Problem(place=file.document.place(path), path=path_text(path), fault=f"its value is no {kind}")
                for path, kind in found.items()
            ],
            fault=f"{file.label} holds values of the wrong form",
            remedy=f"deployer secrets edit {file.path.stem}",
        ) from None


def _kinds(error: ValidationError) -> Iterator[tuple[Path, str]]:
    for path, _, _ in faults(error, Secrets):
        types = [detail["type"] for detail in error.errors(include_input=False, include_url=False)]
        kind = "text" if any(name.startswith("string") for name in types) else "value that can stand here"
        yield path, kind


def _without_nothing(value: Any) -> Any:
    """Without what is null or an empty text: sops does not encrypt that, and it stands for nothing."""
    if isinstance(value, Mapping):
        kept = {key: _without_nothing(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None and item != ""}
    return value


def _stood_for(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _stood_for(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_stood_for(item) for item in value]
    match = ENCRYPTED.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    digest = hashlib.sha256(value.encode()).hexdigest()
    kinds: dict[str, Any] = {"int": int(digest[:6], 16), "float": 1.5, "bool": True}
    return kinds.get(match["type"], f"simulated-{digest[:24]}")
