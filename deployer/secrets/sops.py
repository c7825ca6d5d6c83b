"""Runs sops: secrets go in and out by pipes, never by arguments, and its words are told only where they hold none."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from deployer import toolchain
from deployer.errors import BadInput, DeployerError
from deployer.toolchain import Progress, quiet

TIMEOUT_SECONDS = 60.0
"""A key service far away answers in a second or two; where none is, its client gives up before."""
# Exit codes of sops 3.13 (cmd/sops/codes/codes.go).
NO_KEY, MAC_MISMATCH, UNCHANGED = 128, 51, 200
ENVIRONMENT = {"SOPS_DISABLE_VERSION_CHECK": "true"}
"""It would ask the internet whether there is a newer one."""


class Sops:
    """The pinned sops; the first use on a machine builds it."""

    def __init__(self, *, progress: Callable[[Progress], None] = quiet) -> None:
        self._executable = toolchain.ensure(["sops"], progress=progress)["sops"]

    def run(self, arguments: Sequence[str | Path], *, label: str, given: bytes = b"") -> bytes:
        """What it writes. `label` is how messages name the file; `given` goes into it.

        Raises BadInput when no key of this machine opens the file or it was changed by hand, DeployerError else.
        """
        try:
            done = subprocess.run(
                [self._executable, *arguments],
                input=given,
                capture_output=True,
                env={**os.environ, **ENVIRONMENT},
                timeout=TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise DeployerError(
                f"{label}: sops gave no answer within {TIMEOUT_SECONDS:.0f} s",
                left="nothing was changed",
                remedy="is the key service of one of its recipients out of reach? deployer secrets recipients list",
            ) from None
        if done.returncode != 0:
            raise _failed(done.returncode, done.stderr.decode(errors="replace"), label)
        return done.stdout

    def interactive(self, arguments: Sequence[str | Path]) -> int:
        """Run it on the person's own terminal; its exit code."""
        return subprocess.run([self._executable, *arguments], env={**os.environ, **ENVIRONMENT}).returncode


def _failed(code: int, said: str, label: str) -> DeployerError:
    if code == NO_KEY:
        # Nothing was opened, so nothing secret can be among its words.
        return BadInput(
            [],
            fault=f"{label}: none of the keys on this machine opens it{_reasons(said)}",
            remedy="export SOPS_AGE_KEY_FILE=… (a file with your age key), or sign in to the cloud of one of its "
            f"recipients: deployer secrets recipients list {Path(label).stem}",
        )
    if code == MAC_MISMATCH:
        return BadInput(
            [],
            fault=f"{label}: it was changed by hand: its values do not add up to what sops noted",
            remedy="take it back from git, then change it by deployer secrets edit or set",
        )
    return DeployerError(
        f"{label}: sops failed (exit code {code}); its own words may hold secrets and are not shown",
        left="nothing was changed",
        remedy=f"to see them yourself: sops decrypt {label}",
    )


def _reasons(said: str) -> str:
    """Its reasons, one of each."""
    joined: list[str] = []
    for line in said.splitlines():
        text = line.strip()
        if text.startswith("- |"):
            joined.append(text.removeprefix("- |").strip())
        elif text.startswith("|") and joined:
            joined[-1] += f" {text.removeprefix('|').strip()}"
    return "".join(f"\n    {reason[:300]}" for reason in list(dict.fromkeys(joined))[:4] if reason)
