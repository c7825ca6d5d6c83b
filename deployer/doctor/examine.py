"""Runs every check, and goes on when one of them stumbles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from deployer.doctor import checkout, machine
from deployer.doctor.finding import Finding, fault
from deployer.errors import DeployerError
from deployer.project import Project


def examine(project: Project | None) -> Iterator[Finding]:
    """All findings, each as soon as it is known; without a project, those about the machine."""
    for check in machine.CHECKS:
        yield from _careful(check.__name__, check)
    if project is None:
        yield fault(
            "checkout", "not inside one", "change into your checkout, or name it: deployer --project DIR doctor"
        )
        return
    for of_project in checkout.CHECKS:
        yield from _careful(of_project.__name__, partial(of_project, project))


def _careful(subject: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except DeployerError as error:
        yield fault(subject, error.fault, error.remedy)
    except Exception as error:  # noqa: BLE001 - a doctor that falls ill must still see to the rest
        yield fault(
            subject, f"could not be checked: {type(error).__name__}: {error}", "report this as a fault of the deployer"
        )
