"""Which version an executable is: asked once, remembered until the file changes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from deployer.toolchain.places import tools_folder
from deployer.toolchain.tool import Unavailable

ANSWER_SECONDS = 15.0


def version_of(executable: Path, argument: str, *, path_first: Sequence[Path] = ()) -> str:
    """The version an executable tells of itself, e.g. "3.232.0"; raises Unavailable when it tells none.

    Remembered by path, size and time of change, so that asking again costs a `stat` and not a process.
    """
    try:
        state = executable.stat()
    except OSError as error:
        raise Unavailable(f"{executable} cannot be read: {error.strerror}") from error
    known = _recall()
    mark = [state.st_size, state.st_mtime_ns]
    entry = known.get(str(executable))
    if isinstance(entry, list) and entry[:2] == mark:
        return str(entry[2])
    version = ask_version(executable, argument, path_first=path_first)
    _remember({**known, str(executable): [*mark, version]})
    return version


def ask_version(executable: Path, argument: str, *, path_first: Sequence[Path] = ()) -> str:
    """Start the executable and read the version it prints; raises Unavailable."""
    import subprocess

    path = os.pathsep.join([*map(str, path_first), os.environ.get("PATH", os.defpath)])
    try:
        answer = subprocess.run(
            [executable, argument],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=ANSWER_SECONDS,
            stdin=subprocess.DEVNULL,
            # The engine and sops would otherwise look up on the internet whether there is a newer one.
            env={
                **os.environ,
                "PATH": path,
                "PULUMI_SKIP_UPDATE_CHECK": "true",
                "SOPS_DISABLE_VERSION_CHECK": "true",
            },
        )
    except OSError as error:
        raise Unavailable(f"{executable} does not start: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{executable} {argument} gave no answer within {ANSWER_SECONDS:.0f} s") from error
    version = re.search(r"\d+\.\d+\.\d+[-+.\w]*", answer.stdout)
    if answer.returncode != 0 or version is None:
        said = (answer.stderr or answer.stdout).strip().splitlines() or ["nothing"]
        raise Unavailable(f"{executable} {argument} tells no version (exit code {answer.returncode}): {said[-1][:200]}")
    return version.group()


def _recall() -> dict[str, object]:
    try:
        known = json.loads((tools_folder() / "versions.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(known: dict[str, object]) -> None:
    """Best effort: without it, asking just takes longer. The last of several writers wins, which loses nothing else."""
    file = tools_folder() / "versions.json"
    fresh = file.with_name(f".versions.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps({path: entry for path, entry in known.items() if Path(path).exists()}))
        fresh.replace(file)
    except OSError:
        fresh.unlink(missing_ok=True)
