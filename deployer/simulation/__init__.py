"""Simulated clusters: a real Kubernetes API server with nodes that are not there.

up(project, "example-gcp", tell=print)      starts it, and makes nodes of the cluster's pools
prepare(settings, "example-gcp", cluster)   before a simulated deploy: nodes in line with the file, if it runs
down(project, "example-gcp")                stops it; what was applied is kept for the next time
"""

from __future__ import annotations

from deployer.simulation.simulated_cluster import Simulated, down, prepare, status, up

__all__ = ["Simulated", "down", "prepare", "status", "up"]
