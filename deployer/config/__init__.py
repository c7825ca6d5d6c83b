"""Community files: read, resolved, checked, explained. Knows nothing of the command line or of terminals."""

from __future__ import annotations

from deployer.config.clusters import load_cluster
from deployer.config.fleet import Fleet, Loaded, load_deployments, load_each, load_fleet

__all__ = ["Fleet", "Loaded", "load_cluster", "load_deployments", "load_each", "load_fleet"]
