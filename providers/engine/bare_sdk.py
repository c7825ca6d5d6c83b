"""The engine's protocol without the rest of Pulumi's SDK, which a plugin's start must not wait for."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType

_PACKAGES = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def import_protocol_alone() -> None:
    """Let `pulumi.runtime.proto` be imported without the packages around it.

    A plugin starts at every run of the engine. The SDK's own packages, of which the protocol needs nothing, take two
    thirds of its 0.5 s. So bare packages stand in for them, in this process alone, until `import_all`.
    """
    spec = find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("pulumi is not installed; install this project with the extra of its cloud")
    root = spec.submodule_search_locations[0]
    for name, folder in zip(_PACKAGES, (root, f"{root}/runtime", f"{root}/runtime/proto"), strict=True):
        package = ModuleType(name)
        package.__path__ = [folder]
        sys.modules[name] = package


def import_all() -> None:
    """Import the whole SDK after all; the protocol's modules stay the same."""
    if getattr(sys.modules.get("pulumi"), "__file__", None) is None:
        for name in _PACKAGES:
            sys.modules.pop(name, None)
    import pulumi.runtime
    import pulumi.runtime.rpc  # noqa: F401
