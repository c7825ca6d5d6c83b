"""Programs side by side: a part of a cloud's SDK must be whole before another thread sees it.

SDKs load their parts when they are first used, by `pulumi._utils.lazy_import`. Its module stops being lazy before it is
loaded, so that a second thread finds it half there: "module 'pulumi_gcp.storage' has no attribute 'Bucket'".
"""

from __future__ import annotations

import threading
import types
from typing import Any

import pulumi._utils

_LOADING = threading.RLock()


class WholeModule(types.ModuleType):
    """A module that loads itself when it is first asked for anything; who asks meanwhile waits."""

    def __getattribute__(self, name: str) -> Any:
        if name in pulumi._utils._INTROSPECTION_ATTRS:
            return object.__getattribute__(self, name)
        with _LOADING:
            if object.__getattribute__(self, "__class__") is WholeModule:
                state = self.__spec__.loader_state  # type: ignore[union-attr]
                if state.get("loading"):  # by this very thread: the module asks itself
                    return object.__getattribute__(self, name)
                state["loading"] = True
                try:
                    self.__spec__.loader.exec_module(self)  # type: ignore[union-attr]
                    self.__class__ = types.ModuleType  # type: ignore[assignment]
                finally:
                    state["loading"] = False
        return getattr(self, name)


def guard_lazy_modules() -> None:
    """From here on, SDKs that are imported load themselves so."""
    vars(pulumi._utils)["_LazyModule"] = WholeModule
