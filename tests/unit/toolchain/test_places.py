"""Where rebuildable things are kept: one answer for tools and for environments."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployer.toolchain.places import tools_folder
from providers.cache_folder import cache_folder


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"HUBS_CACHE_DIR": "/elsewhere"}, Path("/elsewhere")),
        ({"HUBS_CACHE_DIR": "~/elsewhere", "HOME": "/home/ada"}, Path("/home/ada/elsewhere")),
        ({"XDG_CACHE_HOME": "/caches"}, Path("/caches/hubs")),
        # The XDG specification has relative paths ignored.
        ({"XDG_CACHE_HOME": "caches", "HOME": "/home/ada"}, Path("/home/ada/.cache/hubs")),
        ({"HOME": "/home/ada"}, Path("/home/ada/.cache/hubs")),
    ],
)
def test_cache_folder(variables: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HUBS_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == folder
    assert tools_folder() == folder / "tools"
