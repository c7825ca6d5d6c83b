"""Where rebuildable things of all checkouts are kept: tools, environments."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """HUBS_CACHE_DIR, else `hubs` in the user's cache folder."""
    given = os.environ.get("HUBS_CACHE_DIR")
    if given:
        return Path(given).expanduser().absolute()
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG specification has relative paths ignored.
    return (base if base.is_absolute() else Path.home() / ".cache") / "hubs"
