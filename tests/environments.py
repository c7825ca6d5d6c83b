"""Python environments of local hubs, kept in the machine's cache so that no test has to build one.

A hub's own are taken away when nobody uses them any more, which after each test is so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from providers.cache_folder import cache_folder
from providers.engine.values import Task
from providers.local.environment_cache import EnvironmentCache, Recipe
from tests.conftest import CHECKOUT

OWNER = str(CHECKOUT)
USER = "urn:tests:"
"""Before the name of what is kept: marks of tests, told from those of a checkout's own hubs."""


def recipes() -> Mapping[str, Recipe]:
    """Of the hub's software, of Dask's, and of each image of the checkout, by name."""
    found = {
        folder.name: Recipe(None, (folder / "requirements.txt").read_text(encoding="utf-8"))
        for folder in (CHECKOUT / "providers" / "local").glob("*_environment")
    }
    for folder in sorted(path for path in (CHECKOUT / "images").iterdir() if path.is_dir()):
        image = yaml.safe_load((folder / "image.yaml").read_text(encoding="utf-8"))
        requirements = (folder / "requirements.txt").read_text(encoding="utf-8")
        found[folder.name] = Recipe(image.get("python_version"), requirements)
    return found


def keep(tell: Callable[[str], None]) -> None:
    """Build what is missing, and let go of what was kept for other requirements. Raises Fault."""
    cache, wanted = EnvironmentCache(cache_folder()), recipes()
    for name, recipe in wanted.items():
        urn = f"{USER}{name}"
        if not cache.is_held(recipe.digest, urn, OWNER):
            tell(f"environment {name}")
        cache.hold(Task(urn), recipe, OWNER)
        for other in digests(cache) - {recipe.digest}:
            cache.release(other, urn, OWNER)
    cache.sweep()


def kept(name: str) -> Path:
    """The folder of one of them; built now, where nobody did before."""
    cache, recipe = EnvironmentCache(cache_folder()), recipes()[name]
    cache.hold(Task(f"{USER}{name}"), recipe, OWNER)
    return cache.folder(recipe.digest)


def digests(cache: EnvironmentCache) -> set[str]:
    """Of all environments that somebody holds."""
    return {path.stem for path in cache.folder("any").parent.glob("*.users")}
