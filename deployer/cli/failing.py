"""How a command that tells its work as events ends when the work fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def failure_is_an_event(*, as_json: bool) -> Iterator[None]:
    """A failure within is the stream's last event, and the exit code is its own; in words it is told as any other."""
    from deployer.errors import DeployerError
    from deployer.report.rollout import show_failure

    try:
        yield
    except DeployerError as error:
        if not as_json:
            raise
        show_failure(error)
        raise click.exceptions.Exit(error.exit_code) from None
