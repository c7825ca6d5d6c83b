"""A person's own key of age, where sops looks for it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deployer import toolchain
from deployer.errors import DeployerError
from deployer.secrets.opening import identity_file
from deployer.toolchain import Progress, quiet


@dataclass(frozen=True, kw_only=True)
class MadeKey:
    """A key pair; the private half is in the file and nowhere else."""

    recipient: str
    """The public half."""
    file: Path


def make_key(file: Path | None = None, *, progress: Callable[[Progress], None] = quiet) -> MadeKey:
    """Draw a key and add it to a file that only its owner can read, by default where sops looks.

    Keys that are there already stay. Raises DeployerError when the file cannot be written.
    """
    executable = toolchain.ensure(["age-keygen"], progress=progress)["age-keygen"]
    target = file or identity_file()
    made = subprocess.run([executable], capture_output=True, text=True, check=True, timeout=30).stdout
    public = subprocess.run([executable, "-y"], input=made, capture_output=True, text=True, check=True, timeout=30)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            os.fchmod(stream.fileno(), 0o600)
            stream.write(made)
    except OSError as error:
        raise DeployerError(
            f"the key cannot be written to {target}: {(error.strerror or str(error)).lower()}",
            left="no key was made",
            remedy="name a file: deployer secrets keygen --file FILE",
        ) from None
    return MadeKey(recipient=public.stdout.strip(), file=target)
