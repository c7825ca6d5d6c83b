"""What exists in a simulated cloud."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.engine.values import Fault
from providers.simulated.faults import Faults
from providers.simulated.world import Place, Record, World

HERE = Place("123", "us-west-2")


def test_records_survive_and_are_found_by_identity_type_and_place(tmp_path: Path) -> None:
    World(tmp_path, "aws").put(Record("aws:ec2/vpc:Vpc", "vpc-1", {"cidrBlock": "10.0.0.0/16"}, place=HERE))
    world = World(tmp_path, "aws")
    found = world.get(HERE, "aws:ec2/vpc:Vpc", "vpc-1")
    assert found is not None
    assert found.properties == {"cidrBlock": "10.0.0.0/16"}
    assert world.get(Place("123", "us-east-1"), "aws:ec2/vpc:Vpc", "vpc-1") is None
    assert [one.identity for one in world.records("aws:ec2/vpc:Vpc")] == ["vpc-1"]
    assert list(world.records("aws:ec2/vpc:Vpc", Place("124"))) == []
    world.remove(found)
    assert list(world.records()) == []


def test_identities_that_look_alike_as_file_names_stay_apart(tmp_path: Path) -> None:
    world = World(tmp_path, "gcp")
    for identity in ("a/b", "a_b", "a:b", "x" * 300, "x" * 301):
        world.put(Record("t", identity, {}, place=HERE))
    assert len(list(world.records("t"))) == 5


def test_secrets_are_kept_as_digests_by_which_a_change_is_seen(tmp_path: Path) -> None:
    world = World(tmp_path, "kubernetes")
    world.put(Record("t", "i", {"data": {"a": "open sesame"}, "name": "n"}, place=HERE), frozenset({"data"}))
    assert "sesame" not in "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    record = world.get(HERE, "t", "i")
    assert record is not None
    same = world.revealed(record.properties, {"data": {"a": "open sesame"}})
    assert same == {"data": {"a": "open sesame"}, "name": "n"}
    assert world.revealed(record.properties, {"data": {"a": "other"}})["data"] != {"a": "other"}


def test_a_broken_file_is_passed_over(tmp_path: Path) -> None:
    world = World(tmp_path, "aws")
    world.put(Record("t", "i", {}, place=HERE))
    next(tmp_path.rglob("i-*.json")).write_text("{")
    assert list(world.records("t")) == []


def test_faults_count_across_processes(tmp_path: Path) -> None:
    ordered = tmp_path / "faults.yaml"
    ordered.write_text("- {kind: throttling, type: '*:Bucket', name: 'scr*', times: 2}\n- {kind: quota, cloud: gcp}\n")
    struck = [
        len(Faults(ordered, tmp_path / "counts.json", "aws").strike("create", "aws:s3/bucket:Bucket", "scratch"))
        for _ in range(3)
    ]
    assert struck == [1, 1, 0]
    faults = Faults(ordered, tmp_path / "counts.json", "gcp")
    assert [one.kind for one in faults.strike("create", "gcp:x:Y", "z")] == ["quota"]
    assert faults.strike("delete", "gcp:x:Y", "z") == []


def test_a_share_of_operations_is_struck_over_and_over(tmp_path: Path) -> None:
    ordered = tmp_path / "faults.yaml"
    ordered.write_text("- {kind: throttling, share: 0.3}\n")

    def play(world: str) -> list[int]:
        counts = tmp_path / f"{world}.json"
        return [len(Faults(ordered, counts, "aws").strike("create", "aws:x:Y", "same")) for _ in range(300)]

    struck = play("one")
    assert 60 <= sum(struck) <= 120
    assert sum(struck[:100]) >= 15
    assert sum(struck[200:]) >= 15
    assert play("two") == struck
    ordered.write_text("- {kind: throttling, share: 3}\n")
    with pytest.raises(Fault, match="share"):
        Faults(ordered, tmp_path / "counts.json", "aws")
