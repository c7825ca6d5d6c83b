"""The hub's housekeeping: stops idle servers, deletes old scratch files, and ends with the hub."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from jupyterhub_idle_culler import IdleCuller
from tornado.ioloop import IOLoop, PeriodicCallback

from .hub_folder import HUB_PROCESS_VARIABLE, HubFolder, read_hub_folder
from .sweep import sweep

SWEEP_EVERY_SECONDS = 3600
LOOK_FOR_PARENT_EVERY_SECONDS = 2
SECONDS_PER_DAY = 86_400


class Housekeeping(IdleCuller):  # type: ignore[misc]
    """JupyterHub's idle culler with two more chores."""

    name = "housekeeping"

    def start(self) -> None:
        """Run until the hub is gone."""
        hub = read_hub_folder()
        if hub.settings["scratch"]:
            PeriodicCallback(lambda: self._sweep(hub), SWEEP_EVERY_SECONDS * 1000).start()
            IOLoop.current().add_callback(self._sweep, hub)
        PeriodicCallback(self._end_with_parent, LOOK_FOR_PARENT_EVERY_SECONDS * 1000).start()
        super().start()

    async def _sweep(self, hub: HubFolder) -> None:
        days = hub.settings["scratch"]["delete_after_days"]
        folder = Path(hub.places.directories["scratch"])
        deleted = await asyncio.to_thread(sweep, folder, days * SECONDS_PER_DAY)
        self.log.info("Deleted %d scratch files that nobody changed for %s days", deleted, days)

    def _end_with_parent(self) -> None:
        # A hub that was killed starts a new one of these; two would be one too many.
        if os.getppid() != int(os.environ[HUB_PROCESS_VARIABLE]):
            IOLoop.current().stop()


if __name__ == "__main__":
    Housekeeping.launch_instance()
