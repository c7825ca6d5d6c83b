"""What servers are promised never exceeds what there is, whoever asks and whoever died."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from providers.local.runtime import servers
from providers.local.runtime.leases import Budget, BudgetSpentError, Lease, Leases
from providers.local.runtime.processes import Process, identify

MACHINE = Budget(memory_gib=4, cpu=2)
RACER = """
import os, sys
from pathlib import Path
from providers.local.runtime.leases import *
from providers.local.runtime.processes import identify
lease = Lease(name=sys.argv[2], stack="s", user="u", server="", process=identify(os.getpid()), memory_gib=1, cpu=0)
try:
    Leases(Path(sys.argv[1])).take(lease, Budget(memory_gib=3, cpu=9), {})
except BudgetSpentError:
    print("refused", flush=True)
else:
    print("taken", flush=True)
sys.stdin.read()
"""


def lease(name: str, **fields: object) -> Lease:
    process = identify(os.getpid())
    assert process is not None
    plain = Lease(name=name, stack="demo-prod", user=name, server="", process=process, memory_gib=1, cpu=0.5)
    return replace(plain, **fields)  # type: ignore[arg-type]


def test_a_start_that_does_not_fit_is_refused_in_words_for_people(tmp_path: Path) -> None:
    leases = Leases(tmp_path)
    leases.take(lease("ada", memory_gib=3.5), MACHINE, {})
    with pytest.raises(BudgetSpentError, match=r"^3.5 of 4 GiB of memory of this machine are promised .* needs 1\."):
        leases.take(lease("alan"), MACHINE, {})
    assert [held.name for held in leases.held()] == ["ada"]


def test_what_can_never_fit_says_so(tmp_path: Path) -> None:
    with pytest.raises(BudgetSpentError, match="needs 3 CPUs, and this machine has 2 in all"):
        Leases(tmp_path).take(lease("ada", cpu=3), MACHINE, {})


def test_a_pool_is_a_share_of_its_own(tmp_path: Path) -> None:
    leases, pools = Leases(tmp_path), {"small": Budget(memory_gib=1, cpu=1)}
    leases.take(lease("ada", node_pool="small"), MACHINE, pools)
    leases.take(lease("grace", node_pool="other"), MACHINE, pools)
    with pytest.raises(BudgetSpentError, match="the share 'small'"):
        leases.take(lease("alan", node_pool="small"), MACHINE, pools)


def test_leases_of_the_dead_count_for_nothing(tmp_path: Path) -> None:
    leases = Leases(tmp_path)
    leases.take(lease("gone", memory_gib=4, process=Process(pid=os.getpid(), started="1@00000000")), MACHINE, {})
    assert leases.held() == []
    leases.take(lease("ada", memory_gib=4), MACHINE, {})
    assert sorted(path.name for path in tmp_path.glob("*.json")) == ["ada.json"]


def test_a_damaged_lease_is_no_lease(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "strange.json").write_text(json.dumps({"name": "strange"}), encoding="utf-8")
    assert Leases(tmp_path).held() == []


def test_asking_again_for_oneself_is_no_second_lease(tmp_path: Path) -> None:
    leases = Leases(tmp_path)
    leases.take(lease("ada", memory_gib=4), MACHINE, {})
    leases.take(lease("ada", memory_gib=4), MACHINE, {})
    assert len(leases.held()) == 1


def test_of_many_who_ask_at_once_only_those_who_fit_are_served(tmp_path: Path) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(tmp_path), f"racer-{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(6)
    ]
    answers = [racer.stdout.readline().strip() for racer in racers if racer.stdout]
    assert sorted(answers) == ["refused"] * 3 + ["taken"] * 3
    for racer in racers:
        racer.communicate()


def test_ending_a_stacks_servers_leaves_the_others(tmp_path: Path) -> None:
    leases = Leases(tmp_path / "leases")
    sleepers = {}
    for name, stack in (("ada", "demo-prod"), ("grace", "demo-prod"), ("alan", "other-prod")):
        sleepers[name] = subprocess.Popen(["sleep", "60"])
        process = identify(sleepers[name].pid)
        assert process is not None
        leases.take(lease(name, stack=stack, process=process, cpu=0.1), MACHINE, {})
    assert servers.end_all(tmp_path, "demo-prod", grace_seconds=5) == 2
    assert [held.name for held in leases.held()] == ["alan"]
    assert sleepers["ada"].wait(5) == sleepers["grace"].wait(5) == -15
    assert servers.end_all(tmp_path, "other-prod") == 1
    sleepers["alan"].wait(5)
