"""Charts that are fetched, locked, compared and mirrored: real helm, a real registry, real archives."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from components.charts import LOCK, Chart, charts
from deployer import toolchain
from deployer.charts.archive import archives_folder, at_hand, digest_of, fetched, require_digest
from deployer.charts.contents import rules_in
from deployer.charts.gate import FIRST_SEEN, require_charts, require_read
from deployer.charts.lock import write_entry
from deployer.charts.mirror import mirror
from deployer.charts.update import update
from deployer.errors import BadInput, DeployerError, EngineFailed, GateFailed
from deployer.rollout.engine.files import Files
from deployer.rollout.engine.settings import EngineSettings
from tests.kubernetes import chart as chart_folder
from tests.registry import registry

__all__ = ["registry"]

NAME = "jupyterhub"


@pytest.fixture(scope="module")
def helm() -> Path:
    return toolchain.ensure(["helm"])["helm"]


@dataclass(frozen=True)
class Repository:
    """A folder of archives with an index, served on this machine."""

    folder: Path
    address: str
    helm: Path
    lock: Path

    def publish(self, version: str, *, replicas: int = 1) -> None:
        source = chart_folder(self.folder.parent / "source" / version / str(replicas), "hub", replicas=replicas)
        text = (source / "Chart.yaml").read_text().replace("0.1.0", version)
        (source / "Chart.yaml").write_text(text)
        self._run("package", str(source), "--destination", str(self.folder))
        self._run("repo", "index", str(self.folder), "--url", self.address)

    def lock_in(self, version: str = "1.0.0", digest: str = "unknown") -> Chart:
        """Write a lock file with that chart alone."""
        self.lock.write_text(
            f"# Why there is one chart.\n{NAME}:\n  chart: hub\n  # Why that version.\n  version: {version}\n"
            f"  repository: {self.address}\n  digest: {digest}\n  source: nowhere\n"
            "  breaking:\n  - version: 2.0.0\n    what: everything is new\n"
        )
        charts.cache_clear()
        return charts()[NAME]

    def _run(self, *words: str) -> None:
        subprocess.run([self.helm, *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, helm: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "repository"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    lock = tmp_path / "charts.yaml"
    monkeypatch.setattr("components.charts.LOCK", lock)
    made = Repository(folder, f"http://127.0.0.1:{server.server_address[1]}", helm, lock)
    made.publish("1.0.0")
    made.lock_in()
    try:
        yield made
    finally:
        charts.cache_clear()
        server.shutdown()
        server.server_close()


def files(tmp_path: Path) -> Files:
    return Files(
        EngineSettings(project="hubs", backend_url=f"file://{tmp_path / 'state'}", secrets_provider="passphrase")
    )


def test_a_chart_is_fetched_once(repository: Repository) -> None:
    chart = charts()[NAME]
    first = fetched(chart, lambda: repository.helm)
    assert first == archives_folder() / "hub-1.0.0.tgz"
    (repository.folder / "index.yaml").unlink()
    assert fetched(chart, lambda: pytest.fail("helm was asked again")) == first
    assert at_hand(chart) == first


def test_a_file_that_was_cut_off_is_fetched_again(repository: Repository) -> None:
    archive = fetched(charts()[NAME], lambda: repository.helm)
    digest = digest_of(archive)
    archive.write_bytes(archive.read_bytes()[:100])
    again = fetched(repository.lock_in(digest=digest), lambda: repository.helm)
    assert digest_of(again) == digest


def test_another_digest_is_refused_with_both(repository: Repository) -> None:
    archive = fetched(charts()[NAME], lambda: repository.helm)
    expected = "sha256:" + "0" * 64
    with pytest.raises(GateFailed, match="is not what it was") as refused:
        require_digest(NAME, charts()[NAME], archive, expected)
    assert expected in refused.value.fault
    assert digest_of(archive) in refused.value.fault
    require_digest(NAME, charts()[NAME], archive, digest_of(archive))


def test_what_is_unknown_is_remembered_as_it_was_at_first(repository: Repository, tmp_path: Path) -> None:
    state = files(tmp_path)
    require_charts([NAME], mirror=None, project=tmp_path, files=state)
    remembered = state.read(FIRST_SEEN)
    assert remembered is not None
    assert b"sha256:" in remembered

    repository.publish("1.0.0", replicas=7)
    (archives_folder() / "hub-1.0.0.tgz").unlink()
    with pytest.raises(GateFailed, match="is not what it was"):
        require_charts([NAME], mirror=None, project=tmp_path, files=state)
    assert state.read(FIRST_SEEN) == remembered


def test_a_simulation_looks_at_what_is_here_alone(repository: Repository, tmp_path: Path) -> None:
    (repository.folder / "index.yaml").unlink()
    require_charts([NAME], mirror=None, project=tmp_path, files=files(tmp_path), only_at_hand=True)
    with pytest.raises(EngineFailed, match="chart hub"):
        require_charts([NAME], mirror=None, project=tmp_path, files=files(tmp_path))


def test_a_repository_that_nobody_reaches_is_said_with_a_way_out(repository: Repository) -> None:
    away = charts()[NAME].model_copy(update={"repository": "http://127.0.0.1:1"})
    with pytest.raises(EngineFailed, match=r"chart hub 1\.0\.0") as failed:
        fetched(away, lambda: repository.helm)
    assert "chart_mirror" in failed.value.remedy
    assert not list(archives_folder().glob("*"))


def test_update_writes_version_and_digest_and_keeps_every_reason(repository: Repository) -> None:
    repository.publish("2.1.0")
    done = update(NAME, "2.1.0", lambda: repository.helm, lock=repository.lock)
    assert [change.version for change in done.breaking] == ["2.0.0"]
    assert charts()[NAME].version == "2.1.0"
    assert charts()[NAME].digest == digest_of(archives_folder() / "hub-2.1.0.tgz")
    assert "fetched from its repository" in charts()[NAME].source
    written = repository.lock.read_text()
    assert "# Why there is one chart.\n" in written
    assert "  # Why that version.\n" in written


def test_an_update_that_cannot_be_changes_nothing(repository: Repository) -> None:
    before = repository.lock.read_text()
    for version, error in (("9.9.9", EngineFailed), ("newest", BadInput)):
        with pytest.raises(error):
            update(NAME, version, lambda: repository.helm, lock=repository.lock)
    assert repository.lock.read_text() == before


def test_the_lock_file_changes_in_one_entry_alone(tmp_path: Path) -> None:
    lock = tmp_path / "charts.yaml"
    lock.write_text(LOCK.read_text(encoding="utf-8"), encoding="utf-8")
    write_entry(lock, "grafana", version="99.0.0")
    before, after = (file.read_text(encoding="utf-8").splitlines() for file in (LOCK, lock))
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [(f"  version: {charts()['grafana'].version}", "  version: 99.0.0")]
    with pytest.raises(DeployerError, match="no chart 'nothing'"):
        write_entry(lock, "nothing", version="1.0.0")


@pytest.mark.parametrize("name", ["jupyterhup", ""])
def test_a_chart_that_nobody_knows(name: str, helm: Path) -> None:
    with pytest.raises(BadInput, match="no chart named"):
        update(name, None, lambda: helm)


def test_a_folder_serves_as_mirror(repository: Repository, tmp_path: Path) -> None:
    told: list[str] = []
    mirror([NAME], str(tmp_path / "mirror"), lambda: repository.helm, tell=lambda name, place: told.append(place))
    assert told == [str(tmp_path / "mirror" / "hub-1.0.0.tgz")]
    for archive in archives_folder().glob("*.tgz"):
        archive.unlink()
    here = fetched(charts()[NAME], lambda: pytest.fail("helm was asked"), "mirror", tmp_path)
    assert here == tmp_path / "mirror" / "hub-1.0.0.tgz"
    here.unlink()
    with pytest.raises(EngineFailed, match="is not there") as failed:
        fetched(charts()[NAME], lambda: repository.helm, "mirror", tmp_path)
    assert "deployer charts mirror" in failed.value.remedy


def test_a_registry_serves_as_mirror_byte_for_byte(repository: Repository, registry: str, tmp_path: Path) -> None:
    address = f"oci://{registry}/charts"
    mirror([NAME], address, lambda: repository.helm, tell=lambda name, place: None)
    digest = digest_of(archives_folder() / "hub-1.0.0.tgz")
    (archives_folder() / "hub-1.0.0.tgz").unlink()
    (repository.folder / "index.yaml").unlink()
    assert digest_of(fetched(charts()[NAME], lambda: repository.helm, address)) == digest


def test_a_chart_that_differs_is_not_passed_on(repository: Repository, tmp_path: Path) -> None:
    repository.lock_in(digest="sha256:" + "0" * 64)
    with pytest.raises(GateFailed):
        mirror([NAME], str(tmp_path / "mirror"), lambda: repository.helm, tell=lambda name, place: None)
    assert not (tmp_path / "mirror").exists()


@pytest.mark.parametrize(
    ("installed", "named"),
    [
        ("1.2.0", ["2.0.0", "3.0.0", "4.0.0"]),
        ("3.3.8", ["4.0.0"]),
        ("4.0.0-beta.1", ["4.0.0"]),
        ("4.0.0", []),
        ("9.0.0", []),
    ],
)
def test_breaking_changes_on_the_way_are_named(installed: str, named: list[str]) -> None:
    assert [change.version for change in charts()[NAME].broken_since(installed)] == named
    if not named:
        require_read("demo-staging", {NAME: installed}, accepted=False)
        return
    with pytest.raises(GateFailed) as refused:
        require_read("demo-staging", {NAME: installed}, accepted=False)
    assert all(f"past {version}: " in refused.value.fault for version in named)
    assert "--accept-chart-changes" in refused.value.remedy
    require_read("demo-staging", {NAME: installed}, accepted=True)


def test_a_file_that_is_no_chart_is_named(tmp_path: Path) -> None:
    archive = tmp_path / "jupyterhub-4.4.0.tgz"
    for content in (b"<html>sign in first</html>", b"\x1f\x8b\x08 cut off"):
        archive.write_bytes(content)
        with pytest.raises(EngineFailed, match="is no packaged chart") as refused:
            rules_in(archive)
        assert str(archive) in refused.value.fault
        assert "deployer charts mirror" in refused.value.remedy
