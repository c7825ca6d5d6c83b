"""The clouds, each found by its folder's name."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import cast

from components.contract import Cloud


@cache
def providers() -> tuple[str, ...]:
    """Names of all clouds there are: the folders of this package that hold a `cloud.py`."""
    return tuple(
        sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg and _built(module.name))
    )


def _built(name: str) -> bool:
    """False for a folder that only knows its cloud's machines and prices so far."""
    return any((Path(folder) / name / "cloud.py").is_file() for folder in __path__)


@cache
def cloud(provider: str) -> Cloud:
    """The cloud of that name.

    Raises LookupError when there is no such folder.
    """
    if provider not in providers():
        raise LookupError(f"no cloud named {provider!r}; there are: {', '.join(providers())}")
    return cast(Cloud, importlib.import_module(f"{__name__}.{provider}").CLOUD)
