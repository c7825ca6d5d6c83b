"""Puts a process where it belongs, then becomes the server: a program of its own, with a plan on the command line.

The plan is JSON: `enter`: files to write our process id into (control groups); `views`: pairs of a folder and where to
mount it read-only; `closed`: folders to make read-only where they are; `folder`: where to start; `command`.
Mounts are seen by this process and its children alone. Needs no package besides the standard library.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

CLONE_NEWNS = 0x0002_0000
CLONE_NEWUSER = 0x1000_0000
MS_RDONLY = 0x1
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_REC = 0x4000
MS_SLAVE = 0x8_0000


def main(plan: str) -> None:
    """Enter, mount, and become the command."""
    steps = json.loads(plan)
    for door in steps["enter"]:
        Path(door).write_text(str(os.getpid()), encoding="ascii")
    if steps["views"] or steps["closed"]:
        _own_mounts()
    for folder, view in steps["views"]:
        _mount_read_only(folder, view)
    for folder in steps["closed"]:
        _mount_read_only(folder, folder)
    os.chdir(steps["folder"])
    os.execv(steps["command"][0], steps["command"])  # noqa: S606 - to become it is the point; there is no shell


def can_mount_read_only() -> bool:
    """Whether this user may do so on this machine; found out by trying."""
    if sys.platform != "linux":
        return False
    with tempfile.TemporaryDirectory() as folder:
        script = f"! touch {folder}/probe"
        return _tried(folder, ["/bin/sh", "-c", script])


def _tried(folder: str, command: Sequence[str]) -> bool:
    plan = json.dumps({"enter": [], "views": [], "closed": [folder], "folder": "/", "command": command})
    return subprocess.run(launcher(plan), capture_output=True, check=False).returncode == 0


def launched(plan: Mapping[str, Any], variables: Mapping[str, str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start what a plan says, in a session of its own: signals to the starter and its supervisor do not reach it."""
    return subprocess.Popen(
        launcher(json.dumps(plan)),
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def launcher(plan: str) -> list[str]:
    """The command that carries out a plan."""
    return [sys.executable, "-I", "-S", __file__, plan]


def _own_mounts() -> None:
    libc = _libc()
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        _check(libc.unshare(CLONE_NEWNS), "unshare")
    else:
        # An ordinary user may mount only in a user namespace, in which they stay who they are.
        _check(libc.unshare(CLONE_NEWNS | CLONE_NEWUSER), "unshare")
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")
    _check(libc.mount(None, b"/", None, MS_REC | MS_SLAVE, None), "mount")


def _mount_read_only(folder: str, where: str) -> None:
    libc = _libc()
    target = os.fsencode(where)
    _check(libc.mount(os.fsencode(folder), target, None, MS_BIND, None), "mount")
    # Flags that the file system has already may not be dropped in a user namespace.
    kept = _mount_flags(os.statvfs(where).f_flag)
    _check(libc.mount(None, target, None, MS_REMOUNT | MS_BIND | MS_RDONLY | kept, None), "mount")


def _mount_flags(kept: int) -> int:
    flags = {
        os.ST_NOSUID: 0x2,
        os.ST_NODEV: 0x4,
        os.ST_NOEXEC: 0x8,
        os.ST_NOATIME: 0x400,
        os.ST_RELATIME: 0x20_0000,
    }
    return sum(flag for seen, flag in flags.items() if kept & seen)


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mount.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p)
    return libc


def _check(result: int, what: str) -> None:
    if result != 0:
        fault = ctypes.get_errno()
        raise OSError(fault, f"{what}: {os.strerror(fault)}")


if __name__ == "__main__":
    main(sys.argv[1])
