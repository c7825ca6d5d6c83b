"""The provider plugin's entry point: `pulumi-resource-hubkeys <engine address>`."""

from __future__ import annotations

import sys

from providers.engine.start import start
from providers.keys.plugin import KeysPlugin


def main() -> None:
    """Serve keys to the engine that started this process."""
    start(KeysPlugin, sys.argv[1:])
