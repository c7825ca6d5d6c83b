"""The scratch bucket, written by a real kernel's cell: here the program alone, and in a check of a real hub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deployer.rollout.health import Expectations, HubTarget, check_hub
from deployer.rollout.health import bucket as step
from deployer.rollout.health.in_server.scratch_bucket import write_read_remove
from tests.unit.health.object_store import ASSERTION, REGION, ObjectStore, object_store
from tests.unit.health.real_hub import RealHub


@pytest.fixture
def store() -> Iterator[ObjectStore]:
    with object_store() as running:
        yield running


def variables(cloud: str, store: ObjectStore, folder: Path) -> dict[str, str]:
    """Of a server that is somebody in a cloud, in the names that the cloud's own libraries read."""
    proof = folder / "proof"
    proof.write_text(f"{ASSERTION}\n")
    match cloud:
        case "gs":
            return {"GCE_METADATA_HOST": urlsplit(store.url).netloc, "STORAGE_EMULATOR_HOST": store.url}
        case "s3":
            return {
                "AWS_REGION": REGION,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{store.url}/v1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(proof),
                "AWS_ENDPOINT_URL_S3": store.url,
            }
        case _:
            return {
                "AZURE_AUTHORITY_HOST": f"{store.url}/",
                "AZURE_TENANT_ID": "tenant",
                "AZURE_CLIENT_ID": "client",
                "AZURE_FEDERATED_TOKEN_FILE": str(proof),
                "AZURE_STORAGE_SERVICE_ENDPOINT": store.url,
            }


ADDRESSES = {
    "gs": "gs://google-scratch/ada@example.org",
    "s3": "s3://amazon-scratch/ada@example.org",
    "abfs": "abfs://scratch@account.dfs.core.windows.net/ada@example.org",
}
BUCKETS = {"gs": "google-scratch", "s3": "amazon-scratch", "abfs": "scratch"}


@pytest.mark.parametrize("cloud", list(ADDRESSES))
def test_each_cloud(cloud: str, store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables(cloud, store, tmp_path).items():
        monkeypatch.setenv(name, value)
    assert write_read_remove(ADDRESSES[cloud], "one.txt", "a few words") == "a few words"
    path = f"/{BUCKETS[cloud]}/ada%40example.org/one.txt"
    assert store.asked == [f"PUT {path}", f"GET {path}", f"DELETE {path}"]
    assert store.objects == {}


@pytest.mark.parametrize(
    ("cloud", "missing", "words"),
    [
        ("s3", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "the server is nobody in the cloud: the variable AWS_CONT"),
        ("abfs", "AZURE_FEDERATED_TOKEN_FILE", "the server is nobody in the cloud: the variable AZURE_FED"),
    ],
)
def test_nobody_in_the_cloud(
    cloud: str, missing: str, words: str, store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables(cloud, store, tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(missing)
    with pytest.raises(RuntimeError, match=words):
        write_read_remove(ADDRESSES[cloud], "one.txt", "words")


@pytest.mark.hub
@pytest.mark.xdist_group("health")
class TestInACheck:
    def target(self, hub: RealHub) -> HubTarget:
        return HubTarget(url=hub.url, api_token=hub.api_token, expects=Expectations(scratch_bucket=True), logs=hub)

    def test_written(self, hub: RealHub, store: ObjectStore, tmp_path: Path) -> None:
        hub.next_server(SCRATCH_BUCKET="gs://google-scratch/x", **variables("gs", store, tmp_path))
        result = check_hub(self.target(hub), on_step=lambda done: None)
        assert result.healthy, result.fault
        assert "scratch bucket takes files" in [done.name for done in result.steps]
        assert [one.partition(" ")[0] for one in store.asked] == ["PUT", "GET", "DELETE"]

    def test_no_variable(self, hub: RealHub) -> None:
        result = check_hub(self.target(hub), on_step=lambda done: None)
        assert result.fault is not None
        assert result.fault.step == "scratch bucket takes files"
        assert result.fault.seen.endswith("its address is not in the variable SCRATCH_BUCKET")

    def test_rights_that_take_their_time(
        self, hub: RealHub, store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(step, "POLL_SECONDS", 0.2)
        hub.next_server(SCRATCH_BUCKET="gs://google-scratch/x", **variables("gs", store, tmp_path))
        store.refusals = 2
        told: list[str] = []
        settling = replace(self.target(hub), settling_seconds=30)
        result = check_hub(settling, on_step=lambda done: None, on_told=told.append)
        assert result.healthy, result.fault
        assert told
        assert all("not let in yet: RuntimeError: PUT 127.0.0.1" in words for words in told)

        store.refusals = 2
        at_once = check_hub(self.target(hub), on_step=lambda done: None)
        assert at_once.fault is not None
        assert "answered 403 Forbidden" in at_once.fault.seen
