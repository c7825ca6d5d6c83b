"""The charts' own schemas and values, as tests find them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deployer.charts.contents import Rules

CHECKOUT = Path(__file__).parents[3]
CHARTS = CHECKOUT.parent / "shared/data/charts"
NAMES = ("jupyterhub", "dask-gateway", "binderhub-service")


@cache
def rules() -> dict[str, Rules]:
    return {
        name: Rules(schema=_read(f"{name}.values.schema.yaml"), values=_read(f"{name}.values.yaml")) for name in NAMES
    }


def _read(file: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load((CHARTS / file).read_text(encoding="utf-8"), yaml.CSafeLoader)
    return data
