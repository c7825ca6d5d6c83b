"""What no hub exceeds, wherever it runs."""

from __future__ import annotations

CONCURRENT_STARTS = 64
"""Servers that may be starting at once: zero-to-jupyterhub's own hub.concurrentSpawnLimit."""
