"""What all servers of a hub have: environment variables and an end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from deployer.config.checks.finding import Finding
from deployer.config.document import Path
from schemas.community import Deployment

HUBS_OWN = "JUPYTERHUB_"
SECRET = re.compile(r"(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|CREDENTIALS?)$", re.IGNORECASE)


def check_servers(deployment: Deployment) -> Iterator[Finding]:
    """Environments and culling."""
    hub = deployment.hub
    yield from _environment(("hub", "environment"), hub.environment)
    for position, profile in enumerate(hub.profiles):
        yield from _environment(("hub", "profiles", position, "environment"), profile.environment)
    culling = hub.culling
    if culling.maximum_age_minutes is not None and culling.maximum_age_minutes < culling.idle_timeout_minutes:
        yield Finding(
            ("hub", "culling", "maximum_age_minutes"),
            f"{culling.maximum_age_minutes} minutes of age end a server before {culling.idle_timeout_minutes} minutes "
            "of idleness can",
            "lower idle_timeout_minutes or raise maximum_age_minutes",
        )


def _environment(path: Path, variables: Mapping[str, str]) -> Iterator[Finding]:
    for name in variables:
        if name.upper().startswith(HUBS_OWN):
            yield Finding((*path, name), f"variables that begin with {HUBS_OWN} are set by the hub", "remove it")
        elif SECRET.search(name):
            yield Finding(
                (*path, name),
                "this looks like a secret, in a file that everybody who sees the repository can read",
                "if it is one, remove it and have it replaced",
                "warning",
            )
