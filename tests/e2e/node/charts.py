"""The tests' own chart of a hub, packaged as if it were zero-to-jupyterhub: its default values, schema and version."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import yaml

from components.charts import charts
from tests import chart_config
from tests.conftest import CHECKOUT

OURS = CHECKOUT / "tests" / "charts" / "jupyterhub"
SCHEMA = chart_config.DEFAULTS.with_name("jupyterhub.values.schema.yaml")


def mirror(folder: Path, helm: Path) -> Path:
    """Fill a folder as `deployer charts mirror` would, with that chart alone."""
    with tempfile.TemporaryDirectory(prefix="hubs-") as scratch:
        chart = Path(shutil.copytree(OURS, Path(scratch) / "jupyterhub"))
        shutil.copy(chart_config.DEFAULTS, chart / "values.yaml")
        schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
        (chart / "values.schema.json").write_text(json.dumps(schema), encoding="utf-8")
        shutil.copy(Path(chart_config.__file__), chart / "files")
        version = charts()["jupyterhub"].version
        command = [str(helm), "package", str(chart), "--version", version, "--destination", str(folder)]
        subprocess.run(command, check=True, capture_output=True, text=True)
    return folder
