"""The provider plugin's entry point: `pulumi-resource-localhub <engine address>`."""

from __future__ import annotations

import os
import sys
import threading
import time
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import cast

from providers.local.resource import Resource

ENGINE_WATCH_SECONDS = 0.5


def main() -> None:
    """Serve the resources of the local cloud to the engine that started this process."""
    _end_with_the_engine()
    _import_protocol_without_sdk()
    from providers.local.servicer import serve

    address = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), None)
    resources = {
        f"localhub:index:{name.capitalize()}": partial(_resource, name)
        for name in ("machine", "directory", "environment", "hub")
    }
    try:
        serve(resources, address)
    except KeyboardInterrupt:
        sys.exit(130)


def _end_with_the_engine() -> None:
    """End when the engine that started this process is gone.

    An engine that is killed takes no leave of its plugins: they would stay for good, and one that was at work would go
    on beside the next run.
    """
    engine = os.getppid()

    def watch() -> None:
        while os.getppid() == engine:
            time.sleep(ENGINE_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="engine-watch").start()


def _resource(name: str) -> Resource:
    """A resource from its module's RESOURCE; imported at its first use."""
    return cast(Resource, import_module(f"providers.local.{name}").RESOURCE)


def _import_protocol_without_sdk() -> None:
    """Let `pulumi.runtime.proto` be imported without the packages around it.

    A plugin starts at every run of the engine. The SDK's own packages, of which a provider needs nothing, take two
    thirds of its 0.5 s. So they stand in as bare packages, in this process alone.
    """
    spec = find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("pulumi is not installed; install this project with the extra of its cloud")
    root = spec.submodule_search_locations[0]
    for name, folder in (
        ("pulumi", root),
        ("pulumi.runtime", f"{root}/runtime"),
        ("pulumi.runtime.proto", f"{root}/runtime/proto"),
    ):
        package = ModuleType(name)
        package.__path__ = [folder]
        sys.modules[name] = package
