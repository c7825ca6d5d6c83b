"""Which generated files were out of date."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from deployer.report.console import print_json


def show_generated(files: Sequence[str], *, written: bool, as_json: bool = False) -> None:
    """A line for each, or one line that there are none."""
    if as_json:
        print_json({"written" if written else "stale": list(files)})
        return
    if not files:
        print("schemas and field reference are up to date")
    for file in files:
        print(f"written: {file}" if written else f"not up to date: {file}", file=sys.stdout if written else sys.stderr)
    if files and not written:
        print("bring them up to date with: deployer schema", file=sys.stderr)
