"""Where the hub and its proxy find their secrets, and why no release holds one.

The chart draws secrets of its own wherever it is given none, keeps them in the release, and hands the proxy's token
from there alone to both pods (templates/hub/deployment.yaml, templates/proxy/deployment.yaml). So it is given a word
that is none, and both pods are told to look in the Secret `hub-secrets`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.hub.layout import HUB_SECRETS, services
from components.hub.values.merging import ChartValues
from components.hub.values.told import Told

if TYPE_CHECKING:
    from schemas.community import Deployment

ELSEWHERE = "-"
"""In place of a secret. JupyterHub takes it for none and would not start with it: too short, and not hexadecimal."""
PROXY_TOKEN = "hub.config.ConfigurableHTTPProxy.auth_token"  # noqa: S105 - a key's name
PROXY_TOKEN_VARIABLE = "HUBS_PROXY_TOKEN"  # noqa: S105 - a variable's name
# A second variable CONFIGPROXY_AUTH_TOKEN beside the chart's own would be lost or refused in an upgrade.
START_PROXY = f'CONFIGPROXY_AUTH_TOKEN="${PROXY_TOKEN_VARIABLE}" exec configurable-http-proxy "$@"'


def values(deployment: Deployment, told: Told) -> ChartValues:
    """The Secret's name, and `ELSEWHERE` for each secret that the chart would draw."""
    token = {"valueFrom": {"secretKeyRef": {"name": HUB_SECRETS, "key": PROXY_TOKEN}}}
    return {
        "jupyterhub": {
            "hub": {
                "existingSecret": HUB_SECRETS,
                "config": {
                    "ConfigurableHTTPProxy": {"auth_token": ELSEWHERE},
                    "JupyterHub": {"cookie_secret": ELSEWHERE},
                    "CryptKeeper": {"keys": [ELSEWHERE]},
                },
                "services": {service: {"apiToken": ELSEWHERE} for service in services(deployment)},
                "extraConfig": {
                    "hubs-proxy-token": f'c.ConfigurableHTTPProxy.auth_token = get_secret_value("{PROXY_TOKEN}")\n'
                },
            },
            "proxy": {
                "chp": {
                    # The chart's arguments follow; the last word here is what the shell calls itself.
                    "command": ["sh", "-c", START_PROXY, "proxy"],
                    "extraEnv": {PROXY_TOKEN_VARIABLE: token},
                }
            },
        }
    }
