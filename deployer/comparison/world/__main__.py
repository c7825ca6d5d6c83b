"""`python -m world FOLDER ORDER`: brings stacks of a checkout up by the code on the path.

ORDER is a JSON file: {root, stands_for: [[folder, folder in its place]], project, clusters: [names],
communities: [names]}. States go below FOLDER, and
FOLDER/told.json tells of stacks that could not be brought up, and of the facts of clusters.
"""

from __future__ import annotations

import gc
import json
import sys
from contextlib import suppress
from pathlib import Path

from .building import build


def main() -> None:
    folder, order = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    gc.disable()  # ends soon
    with suppress(ImportError):
        from deployer.rollout.engine.sdk_costs import spare_costs

        spare_costs()
    told = build(
        folder,
        Path(order["root"]),
        order["project"],
        order["clusters"],
        order["communities"],
        stands_for=order["stands_for"],
    )
    (folder / "told.json").write_text(json.dumps(told))


main()
