"""Steps about files: the same file is looked at from a kernel and through the server's own API."""

from __future__ import annotations

import secrets

from deployer.rollout.health.fault import StepFailed
from deployer.rollout.health.kernel import CellFailed
from deployer.rollout.health.session import Session
from deployer.rollout.health.target import SharedExpectation


async def home_keeps_files(session: Session) -> str:
    name = _new_name(session)
    by_kernel, by_server = secrets.token_hex(8), secrets.token_hex(8)
    await _cell(session, "writing into the home", session.language.write_cell(name, by_kernel))
    seen = await session.server.read_text(name)
    _must_be_same(session, f"a kernel wrote home/{name}, and the server read", seen, by_kernel)
    await session.server.write_text(name, by_server)
    seen = await _cell(session, "reading from the home", session.language.read_cell(name))
    _must_be_same(session, f"the server wrote home/{name}, and a kernel read", seen, by_server)
    await _cell(session, "removing from the home", session.language.remove_cell(name))
    return ""


async def shared_directories_are_there(session: Session) -> str:
    found = [await _look_at(session, directory) for directory in session.target.expects.shared_directories]
    return ", ".join(found)


async def _look_at(session: Session, directory: SharedExpectation) -> str:
    """Name of a shared directory that is as it must be, and how it is guarded if that is worth a word."""
    await _must_have_folder(session, directory.name)
    writable = f"{directory.name}-readwrite"
    if directory.everyone_writes:
        await _must_have_folder(session, writable)
        await _write_and_remove(session, writable)
        return directory.name
    if await session.server.has_folder(writable):
        raise StepFailed(f"{writable} is open to somebody who is neither admin nor writer", part=session.server_part)
    try:
        await _write_and_remove(session, directory.name)
    except StepFailed:
        return directory.name
    # No fault: on a machine where everything runs as one user, nothing may be able to protect it.
    return f"{directory.name} (not protected from writing)"


async def scratch_takes_files(session: Session) -> str:
    await _must_have_folder(session, "scratch")
    await _write_and_remove(session, "scratch")
    return ""


async def _must_have_folder(session: Session, name: str) -> None:
    if not await session.server.has_folder(name):
        raise StepFailed(f"there is no folder {name} in the home", part=session.server_part)


async def _write_and_remove(session: Session, folder: str) -> None:
    path, text = f"{folder}/{_new_name(session)}", secrets.token_hex(8)
    await _cell(session, f"writing into {folder}", session.language.write_cell(path, text))
    _must_be_same(session, f"a kernel wrote {path}, and the server read", await session.server.read_text(path), text)
    await _cell(session, f"removing from {folder}", session.language.remove_cell(path))


async def _cell(session: Session, doing: str, code: str) -> str:
    try:
        return await session.kernel.run(code)
    except CellFailed as error:
        raise StepFailed(f"{doing} raised {error}", part=session.server_part) from error


def _must_be_same(session: Session, doing: str, seen: str, written: str) -> None:
    if seen.strip() != written:
        raise StepFailed(f"{doing} {seen[:80]!r} instead of {written!r}", part=session.server_part)


def _new_name(session: Session) -> str:
    return f"{session.name}-{secrets.token_hex(3)}.txt"
