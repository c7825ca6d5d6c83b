"""Moves one stack's state from one place to another, and tells Pulumi.yaml where it is now."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from deployer.errors import DeployerError
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.passphrase import find_passphrase
from deployer.rollout.ledger import Ledger
from deployer.state.identity import Identities

META = ".pulumi/meta.yaml"
SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - how the engine marks a secret in a state


def move_stack(source: Backend, target: Backend, stack: str, point: Callable[[], None]) -> None:
    """Copy a stack and its record, `point` to the new place, then remove them where they were.

    In this order, wherever a run is cut off, the place that is pointed to has all of it: what is left behind in the
    other is never looked at again.

    Its secrets would stay encrypted with the old place's key, so it may hold none: raises DeployerError when it does,
    or when the new place wants a passphrase that is not given.
    """
    path = source.path(stack)
    content = source.files.read(path)
    if content is not None:
        if SECRET_MARK in content.decode():
            raise DeployerError(f"the state of {stack} holds secrets, and cannot be moved", left="nothing was changed")
        target.files.prepare()
        # Made while the place is empty: later, its absence would mean that it was lost.
        find_passphrase(target.settings)
        # First what tells the engine of the layout: without it, it takes a place with files in it for an old one.
        if target.files.read(META) is None:
            target.files.write(META, source.files.read(META) or b"version: 1\n")
        target.files.write(path, _without_key(content))
    identity = Identities(source.settings, source.files)
    moving = identity.read()
    if moving is not None:
        Identities(target.settings, target.files).receive(moving)
    record = Ledger(source.files).read(stack)
    if record is not None:
        Ledger(target.files).write(stack, record)
    point()
    if content is not None:
        source.files.delete(path)
    if record is not None:
        Ledger(source.files).forget(stack)
    if not Ledger(source.files).stacks():
        identity.forget()  # what begins there some day is another state


def _without_key(content: bytes) -> bytes:
    """The state without the old place's key, which encrypts nothing in it."""
    document = json.loads(content)
    document["checkpoint"]["latest"].pop("secrets_providers", None)
    return json.dumps(document, indent=4).encode()


def point_to(pulumi_yaml: Path, backend_url: str, secrets_provider: str | None) -> None:
    """Write where the state is and what encrypts its secrets (None: a passphrase); all else stays as it is."""
    lines = [
        line for line in pulumi_yaml.read_text(encoding="utf-8").splitlines() if not line.startswith("secretsProvider:")
    ]
    text = "\n".join(lines) + "\n"
    text, found = re.subn(r"(?m)^(backend:\n(?:[ \t]+#.*\n)*[ \t]+url:).*$", rf"\1 {backend_url}", text)
    if not found:
        text += f"backend:\n  url: {backend_url}\n"
    if secrets_provider:
        text += f"secretsProvider: {secrets_provider}\n"
    handle, draft = tempfile.mkstemp(dir=pulumi_yaml.parent, prefix=".Pulumi-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(draft).chmod(pulumi_yaml.stat().st_mode)
    Path(draft).replace(pulumi_yaml)
