"""The provider plugin's entry point: `pulumi-resource-localhub <engine address>`."""

from __future__ import annotations

import sys

from providers.engine.start import start
from providers.local.plugin import LocalPlugin


def main() -> None:
    """Serve the resources of the local cloud to the engine that started this process."""
    start(LocalPlugin, sys.argv[1:])
