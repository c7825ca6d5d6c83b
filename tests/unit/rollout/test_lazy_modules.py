"""Modules that load when they are first used, used by several threads at once."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import ModuleType

import pytest
from pulumi._utils import lazy_import

from deployer.rollout.engine.lazy_modules import guard_lazy_modules


def lazily(name: str, folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module as the clouds' SDKs load theirs."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, name, raising=False)
    guard_lazy_modules()
    module: ModuleType = lazy_import(name)
    monkeypatch.setitem(sys.modules, name, module)
    return module


@pytest.mark.parametrize("number", range(5))
def test_no_thread_sees_a_module_that_is_half_there(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "import time\nfirst = 1\ntime.sleep(0.02)\nimport sys\nsys.modules[__name__].first\nlast = 2\n"
    module = lazily(f"slow_{number}", tmp_path, text, monkeypatch)
    together = Barrier(4)

    def last() -> int:
        together.wait()
        return int(module.last)

    with ThreadPoolExecutor(4) as pool:
        assert [done.result() for done in [pool.submit(last) for _ in range(4)]] == [2, 2, 2, 2]


def test_a_module_that_does_not_load_says_so_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = lazily("broken_module", tmp_path, "raise ValueError('no')\n", monkeypatch)
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            module.anything  # noqa: B018 - being asked is what loads it
