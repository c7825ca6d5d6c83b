"""The step about the scratch bucket: a cell writes, reads and removes an object as the server itself may."""

from __future__ import annotations

import asyncio
import secrets
from importlib.resources import files
from time import monotonic

from deployer.rollout.health.fault import StepFailed
from deployer.rollout.health.kernel import CellFailed, Kernel
from deployer.rollout.health.python_cells import python_kernel
from deployer.rollout.health.session import Session

VARIABLE = "SCRATCH_BUCKET"
POLL_SECONDS = 10.0
NOT_YET = ("answered 401", "answered 403")
"""How a cloud answers where rights that were given just now have not reached all of its machines."""


async def scratch_bucket_takes_files(session: Session) -> str:
    kernel = await python_kernel(session)
    if kernel is None:
        return "not looked at: the image has no Python"
    program = files("deployer.rollout.health.in_server").joinpath("scratch_bucket.py").read_text(encoding="utf-8")
    gives_up = monotonic() + session.target.settling_seconds
    while (refusal := await _refusal(session, kernel, program)) is not None:
        if monotonic() >= gives_up or not any(words in refusal for words in NOT_YET):
            raise StepFailed(f"the scratch bucket was not written: {refusal}", part=session.server_part)
        session.hear(f"not let in yet: {refusal}")
        await asyncio.sleep(POLL_SECONDS)
    return ""


async def _refusal(session: Session, kernel: Kernel, program: str) -> str | None:
    """Why it did not work; None when it did."""
    name, text = f"{session.name}-{secrets.token_hex(3)}.txt", secrets.token_hex(8)
    cell = f"{program}\nprint(write_read_remove(os.environ[{VARIABLE!r}], {name!r}, {text!r}))"
    try:
        seen = await kernel.run(cell)
    except CellFailed as error:
        words = str(error)
        return f"its address is not in the variable {VARIABLE}" if words == f"KeyError: {VARIABLE!r}" else words
    return None if seen == text else f"it gave {seen[:80]!r} back instead of {text!r}"
