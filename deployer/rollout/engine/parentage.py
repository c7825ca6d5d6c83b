"""Tells whether an engine's deployer still lives: an orphan ends by itself, and is waited for."""

from __future__ import annotations

import os

import psutil

from deployer.rollout.engine.process_identity import identity

DEPLOYER = "HUBS_DEPLOYER_PROCESS"
"""Set in an engine's environment: number and identity of the deployer that started it."""


def of_this_process() -> dict[str, str]:
    """What marks an engine as started by this process."""
    return {DEPLOYER: f"{os.getpid()} {identity(os.getpid()) or ''}"}


def orphaned(pid: int) -> bool:
    """Whether a process on this machine is an engine of a deployer that is gone."""
    try:
        number, _, process = psutil.Process(pid).environ().get(DEPLOYER, "").partition(" ")
    except (psutil.Error, OSError):
        return False
    return number.isdigit() and identity(int(number)) != process
