"""Dask Gateway's configuration on this machine."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

# The gateway runs this file by its path, not as part of its package.
sys.path.insert(0, str(Path(__file__).parents[1]))

read_hub_folder = import_module("runtime.hub_folder").read_hub_folder
configure = import_module("runtime.dask_gateway").configure

configure(get_config(), read_hub_folder())  # type: ignore[name-defined]  # noqa: F821 - traitlets' own
