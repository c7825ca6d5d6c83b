"""JupyterHub's configuration on this machine: settings, secrets and places put together."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

# JupyterHub runs this file by its path, not as part of its package.
sys.path.insert(0, str(Path(__file__).parents[1]))

read_hub_folder = import_module("runtime.hub_folder").read_hub_folder
configure = import_module("runtime.configure").configure

configure(get_config(), read_hub_folder())  # type: ignore[name-defined]  # noqa: F821 - JupyterHub's own
