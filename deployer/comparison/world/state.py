"""A stack's state as the engine keeps it in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from google.protobuf import json_format, struct_pb2

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's mark of one
"""The engine's names for a value that it knows more of (its resource.SigKey and resource.SecretSig)."""
LAYOUT = 3
"""Of the state: the engine's apitype.CheckpointV3."""
WRITTEN_AT = "2000-01-01T00:00:00Z"
"""Of a state that nobody made at any time."""


def write_state(
    folder: Path, project: str, stack: str, resources: Iterable[Any], moved: Iterable[tuple[str, str]]
) -> None:
    """Put a stack into a state's folder, where the engine finds it.

    `moved` are folders of one checkout, and those of another for which they stand, the narrowest first.
    """
    path = folder / ".pulumi" / "stacks" / project / f"{stack}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    manifest = {"time": WRITTEN_AT, "magic": "", "version": ""}
    latest = {"manifest": manifest, "resources": list(resources), "metadata": {}}
    document = {"version": LAYOUT, "checkpoint": {"stack": f"organization/{project}/{stack}", "latest": latest}}
    text = json.dumps(document, ensure_ascii=False)
    for old, new in moved:
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def told(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Properties as the state has them. Secrets are unencrypted: of a simulated world, and gone with it."""
    found: dict[str, Any] = _kept(json_format.MessageToDict(properties))
    return found


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return {SIGNATURE: SECRET, "plaintext": json.dumps(_kept(value["value"]), ensure_ascii=False)}
        return {name: _kept(item) for name, item in value.items()}
    return [_kept(item) for item in value] if isinstance(value, list) else value
