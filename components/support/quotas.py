"""Whose folders have a quota: every person's of every hub, also of hubs that come later."""

from __future__ import annotations

EXPORT = "/export"
"""Where the server has the disk."""
HOMES = "*/homes"
"""Folders in which each entry is a person's: `components.hub.layout.homes_folder`."""
LOOKS_EVERY_SECONDS = 30

_SNIPPET = """\
import glob, os, threading, time

def folders():
    return sorted(glob.glob("{export}/{homes}"))

known = folders()
# It wants at least one; that of no hub is made, and stays empty.
c.QuotaManager.paths = known or ["{export}/.no-hub/homes"]

def watch():
    while folders() == known:
        time.sleep({seconds})
    # Kubernetes starts it again, and then it knows the new hub.
    os._exit(0)

threading.Thread(target=watch, daemon=True).start()
"""


def quota_snippet(export: str = EXPORT, seconds: float = LOOKS_EVERY_SECONDS) -> str:
    """Python that the chart's quota enforcer runs when it starts, with its configuration as `c`.

    The enforcer reads its paths once. A quota on the whole disk's first level would be one for each hub, not person.
    """
    return _SNIPPET.format(export=export, homes=HOMES, seconds=seconds)
