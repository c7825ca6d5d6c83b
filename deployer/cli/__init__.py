"""The `deployer` command: each subcommand is a module of its own, imported when it is called."""

from __future__ import annotations

from deployer.cli.main import main

__all__ = ["main"]
