"""How a plugin's process begins and ends."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence

from providers.engine.bare_sdk import import_protocol_alone
from providers.engine.plugin import Plugin

ENGINE_WATCH_SECONDS = 0.5


def start(plugin: Callable[[], Plugin], arguments: Sequence[str]) -> None:
    """Serve a plugin to the engine that started this process; `arguments` are those that the engine gave."""
    _end_with_the_engine()
    import_protocol_alone()
    from providers.engine.servicer import serve

    address = next((argument for argument in arguments if not argument.startswith("-")), None)
    try:
        serve(plugin(), address)
    except KeyboardInterrupt:
        sys.exit(130)


def _end_with_the_engine() -> None:
    """End when the engine that started this process is gone.

    An engine that is killed takes no leave of its plugins: they would stay for good, and one that was at work would go
    on beside the next run.
    """
    engine = os.getppid()

    def watch() -> None:
        while os.getppid() == engine:
            time.sleep(ENGINE_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="engine-watch").start()
