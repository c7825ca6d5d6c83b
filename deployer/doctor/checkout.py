"""Checks of the checkout: can its communities be deployed from here?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from deployer.doctor.finding import Finding, fault, ok, warning
from deployer.doctor.machine import writable
from deployer.project import Project


def state(project: Project) -> Iterator[Finding]:
    """The state's place must answer; in a folder it must be possible to write."""
    from deployer.rollout.engine.files import Files
    from deployer.rollout.engine.settings import read_settings

    settings = read_settings(project)
    if settings.folder is not None:
        yield writable("state", settings.folder, "make it writable, or name another place: PULUMI_BACKEND_URL")
        return
    Files(settings).list(".pulumi/meta.yaml")
    yield ok("state", f"{settings.backend_url} answers")


def passphrase(project: Project) -> Iterator[Finding]:
    """Secrets in the state must be readable, now and on other machines."""
    from deployer.rollout.engine.passphrase import GIVEN
    from deployer.rollout.engine.settings import PASSPHRASE_PROVIDER, read_settings

    settings = read_settings(project)
    given = next((name for name in GIVEN if os.environ.get(name)), None)
    if settings.secrets_provider != PASSPHRASE_PROVIDER:
        yield ok("secrets", f"encrypted by {settings.secrets_provider.partition('://')[0]}")
    elif given:
        yield ok("secrets", f"encrypted by the passphrase in {given}")
    elif settings.folder is None:
        yield fault(
            "secrets",
            f"no passphrase for the state at {settings.backend_url}",
            f"export {' or '.join(GIVEN)}, or let a key service encrypt: `secretsProvider:` in Pulumi.yaml",
        )
    elif (settings.folder / "passphrase").is_file():
        yield ok("secrets", f"encrypted by {settings.folder / 'passphrase'}; keep a copy of it with your backups")
    elif any((settings.folder / ".pulumi" / "stacks").glob("*/*.json")):
        yield fault(
            "secrets",
            f"the passphrase of the state is gone: {settings.folder / 'passphrase'} is missing",
            f"put the file back from your backup, or export {GIVEN[0]}",
        )
    else:
        yield ok("secrets", f"the first deploy makes a passphrase: {settings.folder / 'passphrase'}")


def communities(project: Project) -> Iterator[Finding]:
    """Do all community files hold?"""
    from deployer.config.fleet import load_fleet

    fleet = load_fleet(project)
    if fleet.problems:
        yield fault("communities", fleet.summary, "deployer validate names each and says what to do")
    elif fleet.warnings:
        yield warning("communities", fleet.summary, "deployer validate names each")
    else:
        yield ok("communities", fleet.summary)


def generated(project: Project) -> Iterator[Finding]:
    """Do editors check community files by the models' present form?"""
    from deployer.config.generated import stale_files

    stale = [project.relative(file) for file in stale_files(project)]
    if stale:
        yield warning("generated files", f"not up to date: {', '.join(stale)}", "deployer schema")
    else:
        yield ok("generated files", "schemas and field reference are up to date")


CHECKS: Sequence[Callable[[Project], Iterator[Finding]]] = (state, passphrase, communities, generated)
