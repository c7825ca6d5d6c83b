"""The stand-ins' entry point: `python -m providers.simulated.server <cloud> [engine address]`."""

from __future__ import annotations

import sys
from functools import partial

from providers.engine.plugin import Plugin
from providers.engine.start import start


def main() -> None:
    """Serve one simulated cloud to the engine that started this process."""
    cloud, *rest = sys.argv[1:]
    start(partial(_plugin, cloud), rest)


def _plugin(cloud: str) -> Plugin:
    if cloud == "kubernetes":
        from providers.simulated.kubernetes.plugin import KubernetesPlugin

        return KubernetesPlugin(cloud)
    from providers.simulated.plugin import SimulatedPlugin

    return SimulatedPlugin(cloud)


if __name__ == "__main__":
    main()
