"""From the values `custom.hubs` to JupyterHub's configuration, after the chart has had its say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from traitlets.config import Config

from .announcements import Announcements
from .binder_links import configure_binder
from .class_service import configure_classes
from .profile_form import configure_profile_form
from .spawner import configure_spawner


def configure(c: Config, get_config: Callable[..., Any]) -> None:
    """Set what no value of the chart can: it hangs on who a server is for, or on what is there."""
    hubs = get_config("custom.hubs", {})
    if hubs.get("announcements"):
        c.JupyterHub.template_vars.update({"announcements": Announcements(Path(hubs["announcements"]))})
    configure_spawner(c, hubs)
    configure_profile_form(c, hubs)
    configure_classes(c, hubs)
    configure_binder(c, hubs)
