"""The tests' own reading of the chart's values: what it makes of them, and that it says what it does not know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.chart_config import chart_config, refuse_unknown

STATIC = {"type": "static", "static": {"pvcName": "homes", "subPath": "x/{username}"}}


def test_values_become_traits(tmp_path: Path) -> None:
    code = "import z2jh, ours\nc.Spawner.cmd = [ours.WORD, z2jh.get_config('custom.hubs.word')]"
    ours: dict[str, Any] = {
        "custom": {"hubs": {"word": "told"}},
        "hub": {
            "config": {"KubeSpawner": {"working_dir": "/srv"}, "JupyterHub": {"cookie_secret": "-"}},
            "extraFiles": {"ours": {"mountPath": "/usr/local/etc/jupyterhub/ours.py", "stringData": "WORD = 'said'"}},
            "extraConfig": {"ours": code},
            "services": {"health": {"apiToken": "-"}},
        },
        "singleuser": {"storage": STATIC, "cloudMetadata": {"blockWithIptables": False}, "memory": {"limit": "1G"}},
        "scheduling": {"userPods": {"nodeAffinity": {"matchNodePurpose": "require"}}},
    }
    config = chart_config(ours, folder=tmp_path, release="reef")
    assert config.Spawner.cmd == ["said", "told"]
    assert config.KubeSpawner.mem_limit == "1G"
    assert config.KubeSpawner.working_dir == "/srv"
    assert config.KubeSpawner.volume_mounts["home"]["subPath"] == "x/{username}"
    assert config.KubeSpawner.scheduler_name == "reef-user-scheduler"
    assert config.JupyterHub.services[-1] == {"name": "health", "api_token": "token-of-health"}
    assert config.JupyterHub.cookie_secret != "-", "the Secret's word counts"


def test_what_is_not_known_is_said() -> None:
    with pytest.raises(ValueError, match=r"nothing of hub\.whatever, singleuser\.memory2\.limit"):
        refuse_unknown({"hub": {"whatever": 1, "image": {"tag": "1"}}, "singleuser": {"memory2": {"limit": 1}}})
