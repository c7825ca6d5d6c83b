"""What people see before and beside their server: the pages that a hub on one machine has too."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from components.hub.values.merging import ChartValues, Values
from components.hub.values.told import Told
from components.jupyterhub.homepage import page_variables

if TYPE_CHECKING:
    from schemas.community import Deployment

PAGES = "/usr/local/etc/jupyterhub/pages"
"""Folder in the hub's pod."""
LOGO = "logo.svg"


def values(deployment: Deployment, told: Told) -> ChartValues:
    """The pages, and what stands on them."""
    return {
        "jupyterhub": {
            "hub": {
                "config": {"JupyterHub": {"logo_file": f"{PAGES}/{LOGO}"}},
                "extraFiles": {
                    f"page-{name}": {"mountPath": f"{PAGES}/{name}", "stringData": text}
                    for name, text in _pages().items()
                },
                "templatePaths": [PAGES],
                "templateVars": page_variables(deployment),
            }
        }
    }


@cache
def _pages() -> Values:
    """Texts by the file's name; the form of profiles, in a folder below, is not among them."""
    folder = files("providers.local.runtime") / "templates"
    return {
        page.name: page.read_text(encoding="utf-8")
        for page in sorted(folder.iterdir(), key=lambda page: page.name)
        if page.is_file()
    }
