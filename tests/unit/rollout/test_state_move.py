"""A state that moves to another place: the engine finds all of it there, under another key, and nothing here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployer.errors import DeployerError
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.settings import EngineSettings
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.state_move import move_stack, point_to

STACK = "demo-staging"
PULUMI_YAML = Path(__file__).parents[3] / "Pulumi.yaml"


def without_secrets(bench: Any) -> Callable[[], None]:
    """A program whose stack holds nothing secret."""

    def run() -> None:
        import pulumi

        class File(pulumi.CustomResource):
            def __init__(self, name: str) -> None:
                super().__init__("trial:index:File", name, {"path": str(bench.file(name))})

        (bench.folder / "files").mkdir(exist_ok=True)
        File("one")

    return run


def nobody_asks() -> None:
    """No file says where the state is."""


def elsewhere(bench: Any) -> EngineSettings:
    return replace(bench.engine.backend.settings, backend_url=f"file://{bench.folder / 'bucket'}")


@pytest.mark.engine
def test_the_engine_goes_on_in_the_new_place(bench: Any, another: Callable[..., Any]) -> None:
    program = without_secrets(bench)
    bench.engine.up(STACK, program)
    here = bench.engine.backend
    Ledger(here.files).write(STACK, Record(cluster_stack=STACK, provider="gcp", inputs="made"))

    there = Backend(elsewhere(bench))
    move_stack(here, there, STACK, nobody_asks)

    assert here.stack(STACK) is None
    assert Ledger(here.files).read(STACK) is None
    assert Ledger(there.files).read(STACK) is not None
    changes = another("bucket").preview(STACK, program).changes
    assert {change.operation for change in changes} == {"same"}
    passphrases = [(bench.folder / folder / "passphrase").read_text() for folder in ("state", "bucket")]
    assert passphrases[0] != passphrases[1]

    move_stack(here, there, STACK, nobody_asks)  # of a run that was cut off after its work
    assert there.stack(STACK) is not None


@pytest.mark.engine
def test_a_move_that_is_cut_off_leaves_all_of_it_where_the_file_points(bench: Any) -> None:
    bench.engine.up(STACK, without_secrets(bench))
    here, there = bench.engine.backend, Backend(elsewhere(bench))
    Ledger(here.files).write(STACK, Record(cluster_stack=STACK, provider="gcp", inputs="made"))

    def killed() -> None:
        for place in (here, there):  # whichever the file names at this moment
            assert place.stack(STACK) is not None
            assert Ledger(place.files).read(STACK) is not None
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move_stack(here, there, STACK, killed)
    assert here.stack(STACK) is not None
    move_stack(here, there, STACK, nobody_asks)
    assert here.stack(STACK) is None
    assert there.stack(STACK) is not None


@pytest.mark.engine
def test_secrets_of_the_old_key_are_not_moved(bench: Any) -> None:
    bench.engine.up(STACK, bench.program(one={}))
    there = Backend(elsewhere(bench))
    with pytest.raises(DeployerError, match="holds secrets"):
        move_stack(bench.engine.backend, there, STACK, nobody_asks)
    assert bench.engine.backend.stack(STACK) is not None
    assert there.stack(STACK) is None


def test_pulumi_yaml_says_where_it_is_and_keeps_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.yaml"
    before = PULUMI_YAML.read_text(encoding="utf-8")
    file.write_text(before, encoding="utf-8")

    point_to(file, "gs://example-hubs-state", "gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k")
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert said["backend"]["url"] == "gs://example-hubs-state"
    assert said["secretsProvider"].startswith("gcpkms://")
    assert "# Where the state lives" in file.read_text(encoding="utf-8")

    point_to(file, "file://.state", None)
    assert file.read_text(encoding="utf-8") == before


def test_pulumi_yaml_without_a_backend_gets_one(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.yaml"
    file.write_text("name: hubs\nruntime: python\n", encoding="utf-8")
    point_to(file, "s3://b?region=us-east-1", "awskms://alias/hubs-state?region=us-east-1")
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert (said["name"], said["backend"]["url"]) == ("hubs", "s3://b?region=us-east-1")
