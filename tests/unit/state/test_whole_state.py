"""A state that the real engine wrote: backed up, restored, looked through, broken in many ways and mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployer.errors import BadInput, DeployerError, Held
from deployer.rollout.engine.backend import Backend
from deployer.rollout.fleet.journal import FOLDER as JOURNALS
from deployer.rollout.fleet.journal import Journal, Journals, this_process
from deployer.rollout.heartbeat import FOLDER as BEATS
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger, Record, now
from deployer.rollout.target import Target
from deployer.state import backup as backup_module
from deployer.state.archive import Manifest, digest, packed
from deployer.state.backup import back_up
from deployer.state.checkpoint import SECRET, SIGNATURE
from deployer.state.overview import overview
from deployer.state.repair import Mending, Repaired
from deployer.state.restore import read_backup, restore, restore_stack
from deployer.state.verify import verify
from tests.e2e.simulated.rollouts import Rollouts, rollouts
from tests.faults.bucket_server import bucket

pytestmark = pytest.mark.engine

CLUSTER = "reef-cluster"
FILE = {
    "provider": "gcp",
    "gcp": {"project": "example-project", "zone": "europe-west4-a"},
    "node_pools": {"user": {"cpu": 4, "memory_gib": 16}},
    "support": {"monitoring": {"enabled": False}},
}


@pytest.fixture(scope="module")
def made(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rollouts]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBS_OFFLINE", "1")
        patch.setenv("PULUMI_EXPERIMENTAL", "1")
        patch.setenv("PULUMI_SKIP_CHECKPOINTS", "1")
        made = rollouts(tmp_path_factory.mktemp("state"))
        made.write("clusters/reef.yaml", FILE)
        made.deploy(made.cluster("reef"))
        yield made


@pytest.fixture
def place(made: Rollouts) -> Iterator[Target]:
    """The state, put back afterwards as it was."""
    target = made.cluster("reef")
    files = Backend(target.settings).files
    before = {entry.path: files.read(entry.path) or b"" for entry in files.entries()}
    yield target
    for entry in files.entries():
        if entry.path not in before:
            files.delete(entry.path)
    for path, content in before.items():
        if files.read(path) != content:
            files.write(path, content)


def agreed(*_: Any) -> None:
    """Yes."""


def listen(event: Any) -> None:
    """Nobody."""


def mend(place: Target, name: str = "reef") -> Repaired:
    return Mending(place, name, Interruption(print), listen).carry_out(agreed)


def faults(place: Target) -> dict[str, str]:
    return {finding.where: f"{finding.fault} | {finding.remedy}" for finding in verify(place).findings}


def change(place: Target, edit: Callable[[dict[str, Any]], None]) -> None:
    """Edit the newest deployment in the cluster's file."""
    backend = Backend(place.settings)
    document = json.loads(backend.files.read(backend.path(CLUSTER)) or b"")
    edit(document["checkpoint"]["latest"])
    backend.files.write(backend.path(CLUSTER), json.dumps(document).encode())


def test_a_sound_state(place: Target) -> None:
    seen = verify(place)
    assert (seen.findings, seen.stacks, seen.records) == ([], 1, 1)
    assert seen.resources > 20
    found = overview(place)
    (line,) = found.stacks
    assert (line.stack, line.resources, line.pending, line.encryption) == (CLUSTER, seen.resources, 0, "passphrase")
    assert line.versions >= 1
    assert (found.own, found.keeps_versions, found.at_work) == (True, False, [])
    assert found.accounts[CLUSTER].account == "example-project"
    assert mend(place) == Repaired(done=[], left=[])


def test_backed_up_and_restored_elsewhere(place: Target, tmp_path: Path) -> None:
    done = back_up(place, str(tmp_path), with_passphrase=False)
    assert Path(done.file).stat().st_mode & 0o777 == 0o600
    found = read_backup(place, done.file)
    assert found.manifest.stacks == (CLUSTER,)
    assert "passphrase" not in found.files
    whole = read_backup(place, back_up(place, str(tmp_path / "more"), with_passphrase=True).file)
    assert "passphrase" in whole.files

    change(place, lambda latest: latest["resources"].pop())
    with pytest.raises(DeployerError, match="there is a state at"):
        restore(place, whole, agreed)
    empty = elsewhere(place, tmp_path / "restored")
    asked: list[str] = []
    back = restore(empty, whole, asked.append)
    assert (asked, back.own, back.stacks) == (["hubs"], False, (CLUSTER,))
    assert [each.where for each in verify(empty).findings] == ["the state"], "a copy, and nothing else is wrong"
    assert overview(empty).stacks[0].resources == (overview(place).stacks[0].resources or 0) + 1
    kept = tmp_path / "restored" / "passphrase"
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (whole.files["passphrase"], 0o600)
    restore(empty, whole, agreed)  # again, as after one that was cut off


def test_a_passphrase_never_lies_in_a_bucket_nor_over_another_one(
    place: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)
    whole = read_backup(place, back_up(place, str(tmp_path), with_passphrase=True).file)
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "passphrase").write_text("of somebody else")
    with pytest.raises(BadInput, match="is another one") as refused:
        restore(elsewhere(place, taken), whole, agreed)
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" in refused.value.remedy
    assert [each.name for each in taken.iterdir()] == ["passphrase"], "nothing was written"

    with bucket() as store:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "example")
        with pytest.raises(BadInput, match="in a bucket, whoever reads the state could open it"):
            restore(at(place, store.url), whole, agreed)
        assert store.objects == {}
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(tmp_path / "kept"))
        restore(at(place, store.url), whole, agreed)
        assert {key.partition("/")[0] for key in store.objects} == {".pulumi", ".hubs"}
    restore(elsewhere(place, taken), whole, agreed)
    assert (taken / "passphrase").read_text() == "of somebody else"


@pytest.mark.parametrize("path", ["../outside", "/etc/outside", ".pulumi/../../outside", "hubs.pth"])
def test_a_backup_made_by_hand_writes_nothing_outside_the_state(place: Target, tmp_path: Path, path: str) -> None:
    manifest = Manifest(
        made_at=now(),
        state_id="",
        place="",
        project=place.settings.project,
        stacks=(),
        with_passphrase=False,
        digests={path: str(digest(b"x"))},
    )
    file = tmp_path / "made.tar.gz"
    file.write_bytes(packed(manifest, {path: b"x"}))
    with pytest.raises(BadInput, match="is no part of a state"):
        read_backup(place, str(file))


def elsewhere(place: Target, folder: Path) -> Target:
    return at(place, f"file://{folder}")


def at(place: Target, url: str) -> Target:
    made = replace(place)
    made.__dict__["settings"] = replace(place.settings, backend_url=url)
    return made


def test_a_backup_that_was_changed_is_none(place: Target, tmp_path: Path) -> None:
    file = Path(back_up(place, str(tmp_path), with_passphrase=False).file)
    content = bytearray(file.read_bytes())
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(BadInput, match="cannot be used"):
        read_backup(place, str(file))
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(BadInput, match="cannot be used"):
        read_backup(place, str(file))


def test_no_backup_of_what_keeps_changing(place: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Backend(place.settings)
    count = 0
    listed = backup_module._listed

    def somebody_writes(files: Any) -> Any:
        nonlocal count
        count += 1
        backend.files.write(".hubs/other-staging.json", str(count).encode())
        return listed(files)

    monkeypatch.setattr(backup_module, "_listed", somebody_writes)
    with pytest.raises(Held, match="keeps changing"):
        back_up(place, str(tmp_path), with_passphrase=False)
    assert list(tmp_path.iterdir()) == []


def test_a_secret_in_clear_is_found_and_not_copied(place: Target, tmp_path: Path) -> None:
    canary = "canary-in-clear"
    change(place, lambda latest: latest["resources"][0].update(outputs={"x": {SIGNATURE: SECRET, "plaintext": canary}}))
    assert "not encrypted" in faults(place)[CLUSTER]
    with pytest.raises(DeployerError, match="not encrypted") as raised:
        back_up(place, str(tmp_path), with_passphrase=False)
    assert canary not in raised.value.fault
    assert list(tmp_path.iterdir()) == []


def test_a_stack_is_put_back_alone_and_promises_nothing(place: Target, tmp_path: Path) -> None:
    backend = Backend(place.settings)
    path = backend.path(CLUSTER)
    before = backend.files.read(path)
    found = read_backup(place, back_up(place, str(tmp_path), with_passphrase=False).file)
    change(place, lambda latest: latest["resources"].pop())
    edited = backend.files.read(path)

    asked: list[str] = []
    done = restore_stack(place, found, CLUSTER, asked.append, listen)

    assert asked == [CLUSTER]
    assert backend.files.read(path) == before
    assert backend.files.read(done.replaced) == edited
    record = Ledger(backend.files).read(CLUSTER)
    assert record is not None
    assert record.inputs is None
    with pytest.raises(BadInput, match="has no stack 'nobody-prod'"):
        restore_stack(place, found, "nobody-prod", agreed, listen)


def test_what_a_killed_run_left_is_named_and_mended(made: Rollouts, place: Target) -> None:
    backend = Backend(place.settings)
    path = backend.path(CLUSTER)
    resource = json.loads(backend.files.read(path) or b"")["checkpoint"]["latest"]["resources"][-1]
    change(place, lambda latest: latest.update(pending_operations=[{"resource": resource, "type": "updating"}]))
    backend.files.write(".hubs/claims/clusters/reef.json", json.dumps(dead()).encode())
    lock = {"pid": 999_999, "username": "ada", "hostname": host(), "timestamp": "2026-11-20T13:00:00Z"}
    backend.files.write(f".pulumi/locks/organization/hubs/{CLUSTER}/1.json", json.dumps(lock).encode())
    backend.files.write(f"{BEATS}/abc", b"1")

    found = faults(place)
    assert "deployer state repair reef" in found["reef"]
    assert "deployer state repair" in found[f"{BEATS}/abc"]
    assert "a lock of a run that was killed" in found[CLUSTER] or "a run was killed while updating" in found[CLUSTER]

    planned = Mending(place, "reef", Interruption(print), listen).plan()
    assert len(planned) == 4
    assert len(faults(place)) == len(found), "planning changes nothing"
    done = mend(place)
    assert (len(done.done), done.left) == (4, [])
    assert faults(place) == {}
    assert mend(place).done == []
    record = Ledger(backend.files).read(CLUSTER)
    assert record is not None
    assert record.inputs is None, "the next deploy looks for itself"


def test_a_state_that_was_cut_off(place: Target) -> None:
    backend = Backend(place.settings)
    path = backend.path(CLUSTER)
    whole = backend.files.read(path) or b""
    backend.files.write(path, whole[: len(whole) // 2])
    assert overview(place).stacks[0].resources is None
    assert "cut off" in faults(place)[CLUSTER]
    assert len(mend(place).done) == 1
    assert CLUSTER not in faults(place)
    assert backend.stack(CLUSTER) is not None


def test_references_that_lead_nowhere(place: Target) -> None:
    def disorder(latest: dict[str, Any]) -> None:
        latest["resources"].reverse()

    change(place, disorder)
    assert "is not there before it" in faults(place)[CLUSTER]
    done = mend(place)
    assert any("pulumi state repair" in line for line in done.done)
    assert (done.left, faults(place)) == ([], {})

    change(place, lambda latest: latest["resources"].append(latest["resources"][-1]))
    assert "is there twice" in faults(place)[CLUSTER]


def test_records_and_claims_that_nobody_can_use(place: Target) -> None:
    backend = Backend(place.settings)
    Ledger(backend.files).write("gone-staging", Record(cluster_stack=CLUSTER, provider="gcp"))
    backend.files.write(f".hubs/{CLUSTER}.json", b'{"format": ')
    backend.files.write(".hubs/claims/gone.json", b"{")

    assert "cannot be read" in faults(place)["claims"]
    assert "cannot be read" in faults(place)[CLUSTER]
    assert len(mend(place, "gone").done) == 2
    assert len(mend(place, "").done) == 1
    assert {where: words for where, words in faults(place).items() if "no record" not in words} == {}


def test_a_claim_that_nobody_can_read_hides_nothing_else(place: Target, tmp_path: Path) -> None:
    files = Backend(place.settings).files
    files.write(".hubs/claims/gone.json", b"{")
    files.write(".hubs/claims/clusters/reef.json", json.dumps(dead()).encode())
    files.write(f"{BEATS}/abc", b"1")
    files.write(f".pulumi/locks/organization/hubs/{CLUSTER}/1.json", b"{")

    found = faults(place)
    assert "cannot be read" in found["claims"]
    assert "a lock on it is cut off" in found[CLUSTER]
    assert "a claim of a run that was killed" in found["reef"]
    assert f"{BEATS}/abc" not in found, "it may be the heart of the claim that nobody can read"
    assert [claim.stack for claim in overview(place).at_work] == ["reef"]
    assert [claim.stack for claim in back_up(place, str(tmp_path), with_passphrase=False).at_work] == ["reef"]

    assert len(mend(place, "gone").done) == 2, "the claim, and then the heart"
    assert faults(place).keys() == {"reef", CLUSTER}
    assert len(mend(place).done) == 2
    assert faults(place) == {}


def test_what_killed_rollouts_of_several_left_is_told_and_can_still_be_resumed(place: Target) -> None:
    backend = Backend(place.settings)
    journals = Journals(backend)
    holder = this_process()
    run = Journal(
        asked="--all",
        names=("reef",),
        stages=("staging", "prod"),
        waves=(("reef",),),
        why_in_waves="",
        failure_budget=None,
        began_at=now(),
        holder=holder,
    )
    journals.write(f"{JOURNALS}/living.json", run)
    journals.write(f"{JOURNALS}/ended.json", run.model_copy(update={"at_work": False}))
    assert faults(place) == {}
    gone = holder.model_copy(update={"pid": 999_999, "process": "of another time"})
    journals.write(f"{JOURNALS}/killed.json", run.model_copy(update={"holder": gone}))
    backend.files.write(f"{JOURNALS}/torn.json", b'{"format": 1, "na')

    found = faults(place)
    assert found.keys() == {f"{JOURNALS}/killed.json", f"{JOURNALS}/torn.json"}
    assert "deployer deploy --resume" in found[f"{JOURNALS}/killed.json"]
    assert len(mend(place, "").done) == 2
    assert (faults(place), mend(place, "").done) == ({}, [])
    assert f"{JOURNALS}/killed.json" in [path for path, _ in journals.unfinished()], "--resume goes on with it"
    assert f"{JOURNALS}/torn.json" not in backend.files.list(JOURNALS)


def test_a_living_run_is_left_alone(place: Target) -> None:
    alive = {"pid": 1, "username": "ada", "hostname": "elsewhere", "since": "2026-11-20T13:00:00+00:00"}
    Backend(place.settings).files.write(".hubs/claims/clusters/reef.json", json.dumps(alive).encode())
    with pytest.raises(Held, match="ada on elsewhere"):
        mend(place)
    with pytest.raises(BadInput, match="nothing named 'reeef'") as raised:
        mend(place, "reeef")
    assert raised.value.remedy == "did you mean 'reef'? (names: reef, reef-cluster)"


def dead() -> dict[str, Any]:
    """What the claim of a run says that was killed on this machine."""
    since = "2026-11-20T13:00:00+00:00"
    return {"pid": 999_999, "username": "ada", "hostname": host(), "since": since, "process": "x"}


def host() -> str:
    import socket

    return socket.gethostname()
