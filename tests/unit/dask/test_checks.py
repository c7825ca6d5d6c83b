"""What is said of Dask in a community's file before anything is made."""

from __future__ import annotations

from typing import Any

import pytest

from components.dask_workers import worker_pool
from components.server_sizes import lasting_pool
from deployer.config.checks.dask import check_dask
from tests.unit.dask.deployments import POOLS, with_dask
from tests.unit.local_settings.deployments import deployment

USER = {"user": {"cpu": 4, "memory_gib": 32}}
SMALL = {**USER, "dask": {"role": "worker", "cpu": 2, "memory_gib": 4, "spot": True}}


def said(dask: Any = True, pools: Any = None) -> list[tuple[str, str, str]]:
    return [
        (".".join(map(str, finding.path)), finding.severity, f"{finding.fault}; {finding.remedy}")
        for finding in check_dask(with_dask(dask=dask, pools=pools))
    ]


@pytest.mark.parametrize(
    ("dask", "pools", "path", "severity", "words"),
    [
        ({"node_pool": "dusk"}, None, "hub.dask.node_pool", "error", "did you mean 'dask'?"),
        ({"node_pool": "main"}, {**POOLS, "main": {"role": "core", "cpu": 2, "memory_gib": 8}}, "hub.dask.node_pool",
         "error", "is for the hubs themselves"),
        (True, USER, "hub.dask", "warning", "beside people's servers: no pool of the cluster has role worker"),
        ({"node_pool": "user"}, None, "hub.dask", "warning", "beside people's servers"),
        (True, {**USER, "dask": {"role": "worker", "cpu": 16, "memory_gib": 64}}, "hub.dask", "warning", "not spot"),
        ({"worker_sizes": ["1/4", "1/8", "1/4"]}, None, "hub.dask.worker_sizes.2", "error", "is entry 1 too"),
        ({"worker_sizes": ["1/64"]}, SMALL, "hub.dask.worker_sizes.0", "warning", "too little for a Dask worker"),
        ({"worker_sizes": ["1/200"]}, None, "hub.dask.worker_sizes.0", "error", "has room for"),
        ({"max_cpu_per_cluster": 0.5}, None, "hub.dask.max_cpu_per_cluster", "error", "no cluster could have even one"),
        ({"max_memory_gib_per_cluster": 10, "worker_sizes": ["1/2"]}, None, "hub.dask.max_memory_gib_per_cluster",
         "error", "the smallest worker, 1/2 of a node, has 57.76 GiB"),
    ],
)  # fmt: skip
def test_what_cannot_be_or_costs_too_much_is_said(dask: Any, pools: Any, path: str, severity: str, words: str) -> None:
    ((where, how, text),) = said(dask, pools)
    assert (where, how) == (path, severity)
    assert words in text


def test_of_what_is_right_nothing_is_said() -> None:
    assert said() == []
    assert said(dask=False) == []
    assert list(check_dask(deployment({"dask": {"worker_sizes": ["1/4"]}}))) == []


def test_workers_go_to_their_pool_and_schedulers_to_people_without_gpus() -> None:
    assert (worker_pool(with_dask()), lasting_pool(with_dask())) == ("dask", "user")
    assert worker_pool(with_dask(dask={"node_pool": "user"})) == "user"
    only_gpus = {"gpu": POOLS["gpu"]}
    assert (worker_pool(with_dask(pools=only_gpus)), lasting_pool(with_dask(pools=only_gpus))) == ("gpu", "gpu")


@pytest.mark.parametrize(
    ("pools", "expected"),
    [
        (("spot", "plain", "gpu"), "plain"),
        (("gpu", "spot"), "spot"),
        (("spot gpu", "gpu"), "gpu"),
        (("worker",), None),
    ],
)
def test_schedulers_and_builds_are_not_taken_back(pools: tuple[str, ...], expected: str | None) -> None:
    kinds = {
        "plain": {"cpu": 4, "memory_gib": 16},
        "spot": {"cpu": 4, "memory_gib": 16, "spot": True},
        "gpu": {"cpu": 4, "memory_gib": 16, "gpu": {"kind": "t4"}},
        "spot gpu": {"cpu": 4, "memory_gib": 16, "gpu": {"kind": "t4"}, "spot": True},
        "worker": {"cpu": 4, "memory_gib": 16, "role": "worker"},
    }
    asked = with_dask(pools={name.replace(" ", ""): kinds[name] for name in pools})
    assert lasting_pool(asked) == expected
