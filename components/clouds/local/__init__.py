"""The local cloud: a real JupyterHub as processes on this machine, without Kubernetes."""

from __future__ import annotations

from components.clouds.local.cloud import LocalCloud

CLOUD = LocalCloud()
