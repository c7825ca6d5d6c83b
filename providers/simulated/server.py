"""The stand-ins' entry point: `python -m providers.simulated.server <cloud> [engine address]`."""

from __future__ import annotations

import sys

from providers.engine.bare_sdk import import_protocol_alone
from providers.engine.plugin import Plugin


def main() -> None:
    """Serve one simulated cloud to the engine that started this process."""
    import_protocol_alone()
    from providers.engine.servicer import serve

    cloud, *rest = sys.argv[1:]
    address = next((argument for argument in rest if not argument.startswith("-")), None)
    try:
        serve(_plugin(cloud), address)
    except KeyboardInterrupt:
        sys.exit(130)


def _plugin(cloud: str) -> Plugin:
    if cloud == "kubernetes":
        from providers.simulated.kubernetes.plugin import KubernetesPlugin

        return KubernetesPlugin(cloud)
    from providers.simulated.plugin import SimulatedPlugin

    return SimulatedPlugin(cloud)


if __name__ == "__main__":
    main()
