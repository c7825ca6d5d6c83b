"""jupyterhub-fancy-profiles as the form in which people choose, where its files are mounted."""

from __future__ import annotations

import sys
import tempfile
import zipfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from traitlets.config import Config


def configure_profile_form(c: Config, hubs: Mapping[str, Any]) -> None:
    """Unpack the form and have KubeSpawner use it; without it, people get KubeSpawner's own."""
    packed = Path(hubs.get("profile_form", {}).get("file") or "nowhere")
    if not packed.is_file():
        return
    folder = tempfile.mkdtemp(prefix="profile-form-")
    # What JupyterHub serves must be files: an import from the archive would not do.
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    sys.path.insert(0, folder)
    import_module("jupyterhub_fancy_profiles").setup_ui(c)
