"""Measures every speed and writes docs/bench.md: `python -m bench`, or some: `python -m bench help validate`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import bench.speeds
from bench.row import Row
from bench.table import page, table

PAGE = Path(__file__).parents[1] / "docs" / "bench.md"


def main(names: list[str]) -> int:
    """Exit code 1 when a bound was missed. The page is written when everything was measured."""
    known = sorted(module.name for module in pkgutil.iter_modules(bench.speeds.__path__))
    unknown = set(names) - set(known)
    if unknown:
        sys.exit(f"no speed named {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    rows: list[Row] = []
    for name in names or known:
        print(f"measuring {name} …", file=sys.stderr)
        rows += importlib.import_module(f"bench.speeds.{name}").rows()
    if names:
        print(table(rows))
    else:
        PAGE.write_text(page(rows), encoding="utf-8")
        print(page(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
