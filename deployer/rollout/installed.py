"""Whether the packages of a cloud are installed: each comes with an extra, and nobody pays for another's."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from components.contract import Cloud
from deployer.errors import DeployerError


def require_installed(cloud: Cloud) -> None:
    """See that what the cloud's resources are made with can be imported; imports none of it. Raises DeployerError."""
    missing = [module for module in cloud.modules if find_spec(module) is None]
    if missing:
        raise DeployerError(
            f"{cloud.title} needs Python packages that are not installed: {', '.join(missing)}",
            left="nothing was changed",
            remedy=f"{sys.executable} -m pip install --editable '.[{cloud.extra}]'",
        )
