"""`python -m rendering FOLDER PROJECT FILE [inputs]`: renders a checkout with the code on the path.

With `inputs` it is resolved only.
"""

from __future__ import annotations

import gc
import json
import sys
from contextlib import suppress
from pathlib import Path

from .fleet import side


def main() -> None:
    """Write `Side` as JSON."""
    folder, project, file, *more = sys.argv[1:]
    gc.disable()  # ends soon; its rounds through thousands of stacks would be a third of the time
    with suppress(ImportError):
        from deployer.rollout.engine.sdk_costs import spare_costs

        spare_costs()
    Path(file).write_text(json.dumps(side(Path(folder), project, resources=not more).as_json()))


main()
