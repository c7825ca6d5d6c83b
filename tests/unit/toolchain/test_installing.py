"""Installations: whole, verified, remembered, and made again when somebody changed them."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
import time
from pathlib import Path

import pytest

from deployer.errors import ToolMissing
from deployer.toolchain import Phase, Progress
from tests.unit.toolchain.widget import (
    VERSION,
    Served,
    archive,
    get,
    left_over,
    official,
    program,
    serving,
    sha256,
    widget,
)


def test_a_download_is_installed_and_remembered(cache: Path) -> None:
    steps: list[Progress] = []
    with serving(Served(archive(ballast_bytes=2**20))) as served:
        tool = widget(official(served.address, sha256(served.body)))
        found = get(tool, steps.append)
        assert get(tool) == found, "the second time it is in its place already"
    assert found.path == cache / "tools" / "widget" / VERSION / "bin" / "widget"
    assert found.source == "own folder, official download"
    assert subprocess.run([found.path], capture_output=True, text=True).stdout == f"v{VERSION}\n"
    assert served.asked == ["/widget.tar.gz"]
    assert [*dict.fromkeys(step.phase for step in steps)] == [Phase.DOWNLOADING, Phase.UNPACKING, Phase.DONE]
    assert max(step.done_bytes for step in steps) > 0
    assert {step.total_bytes for step in steps if step.done_bytes} == {len(served.body)}
    assert not left_over(cache)


def test_a_wrong_checksum_is_refused_and_both_are_named(cache: Path) -> None:
    expected = "0" * 64
    with serving(Served(archive())) as served, pytest.raises(ToolMissing) as missing:
        get(widget(official(served.address, expected)))
    assert sha256(served.body) in missing.value.fault
    assert expected in missing.value.fault
    assert not (cache / "tools" / "widget" / VERSION).exists()
    assert not left_over(cache)


@pytest.mark.parametrize(
    ("served", "reason"),
    [
        (Served(archive(), promised_bytes=10**6), "without sending complete message body"),
        (Served(b"", status=404), "HTTP status 404"),
        (Served(b"not an archive"), "cannot be unpacked"),
        (Served(archive(b"#!/bin/sh\nexit 3\n")), "tells no version (exit code 3)"),
        (Served(archive(program("9.9.9"))), "says that it is 9.9.9, not 1.2.3"),
    ],
    ids=["truncated", "not-found", "no-archive", "broken", "other-version"],
)
def test_a_bad_download_leaves_nothing(cache: Path, served: Served, reason: str) -> None:
    with serving(served), pytest.raises(ToolMissing) as missing:
        get(widget(official(served.address, sha256(served.body))))
    assert reason in missing.value.fault
    assert "write one yourself" in missing.value.remedy
    assert not (cache / "tools" / "widget" / VERSION).exists()
    assert not left_over(cache)


def test_an_archive_cannot_write_elsewhere(cache: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in ("widget/widget", "../../../../escaped", "/absolute"):
            member = tarfile.TarInfo(name)
            member.size = len(program())
            tar.addfile(member, io.BytesIO(program()))
        link = tarfile.TarInfo("widget/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with serving(Served(packed.getvalue())) as served:
        found = get(widget(official(served.address, sha256(served.body))))
    assert {file.name for file in found.path.parent.iterdir()} == {"widget", "escaped", "absolute"}
    assert not [*cache.parent.glob("escaped"), *cache.glob("escaped")]


def test_a_refused_connection_costs_no_time() -> None:
    with serving(Served(b"")) as served:
        pass  # its port is free again: nobody answers there
    began = time.monotonic()
    with pytest.raises(ToolMissing, match="refused"):
        get(widget(official(served.address, "0" * 64)))
    assert time.monotonic() - began < 2


def test_offline_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBS_OFFLINE", "1")
    with serving(Served(archive())) as served, pytest.raises(ToolMissing, match="HUBS_OFFLINE is set"):
        get(widget(official(served.address, sha256(served.body))))
    assert served.asked == []


def test_a_mirror_serves_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Served(archive())) as served:
        monkeypatch.setenv("HUBS_DOWNLOAD_MIRROR", served.address.replace("/widget.tar.gz", "/mirror/"))
        get(widget(official("https://downloads.example.org/releases/widget.tar.gz", sha256(served.body))))
    assert served.asked == ["/mirror/widget.tar.gz"]


def test_the_machines_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "http://downloads.example.org/widget.tar.gz"
    with serving(Served(archive())) as served:
        monkeypatch.delenv("NO_PROXY")
        monkeypatch.setenv("http_proxy", served.address.removesuffix("/widget.tar.gz"))
        get(widget(official(address, sha256(served.body))))
    assert served.asked == [address]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
def test_the_machines_own_authority_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    named = ["-subj", "/CN=mirror.example.org", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "1"]
    subprocess.run([*request, *named, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    with serving(Served(archive()), certificate=certificate, key=key) as served:
        tool = widget(official(served.address, sha256(served.body)))
        with pytest.raises(ToolMissing, match="certificate verify failed"):
            get(tool)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        get(tool)


@pytest.mark.parametrize("damage", ["changed", "removed", "seal"])
def test_a_damaged_installation_is_made_again(damage: str) -> None:
    with serving(Served(archive())) as served:
        tool = widget(official(served.address, sha256(served.body)))
        found = get(tool)
        if damage == "changed":
            found.path.write_bytes(b"#!/bin/sh\necho v1.2.3 and more\n")
        elif damage == "removed":
            found.path.unlink()
        else:
            (found.path.parents[1] / "seal.json").write_text("{")
        assert get(tool) == found
    assert found.path.read_bytes() == program()
    assert len(served.asked) == 2


def test_an_installation_for_another_machine_is_not_used() -> None:
    """A home folder shared by machines of several kinds."""
    with serving(Served(archive())) as served:
        tool = widget(official(served.address, sha256(served.body)))
        seal = get(tool).path.parents[1] / "seal.json"
        seal.write_text(json.dumps({**json.loads(seal.read_text()), "platform": "plan9-vax"}))
        get(tool)
    assert len(served.asked) == 2
