"""Inputs that were well are kept by their content, with the folders of images, and no more of them than needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deployer.config.image_folder import folder_digest
from deployer.rollout.engine.files import Files
from deployer.rollout.history.image_archive import LARGEST_BYTES, archived, unpacked
from deployer.rollout.history.kept_inputs import KEEP, KeptInputs, digest_of


def image(folder: Path, text: str = "numpy\n") -> tuple[Path, str]:
    (folder / "sub").mkdir(parents=True, exist_ok=True)
    (folder / "requirements.txt").write_text(text, encoding="utf-8")
    (folder / "sub/postBuild").write_text("#!/bin/sh\n", encoding="utf-8")
    (folder / "sub/postBuild").chmod(0o755)
    if not (folder / "link").is_symlink():
        (folder / "link").symlink_to("requirements.txt")
    (folder / "__pycache__").mkdir(exist_ok=True)
    return folder, folder_digest(folder)


def settings(text: str) -> dict[str, Any]:
    return {"title": text, "images": {}}


def test_kept_and_read_again(files: Files) -> None:
    kept = KeptInputs(files)
    kept.keep("reef-prod", settings("one"), {})
    assert kept.read(digest_of(settings("one"))) == settings("one")
    files.write(f".hubs/inputs/{digest_of(settings('one'))}.json", b'{"title": "edited"}')
    assert kept.read(digest_of(settings("one"))) is None


def test_no_more_than_needed(files: Files, tmp_path: Path) -> None:
    kept = KeptInputs(files)
    folder, first = image(tmp_path / "base")
    kept.keep("reef-prod", settings("0"), {first: folder})
    kept.keep("reef-staging", settings("other"), {first: folder})
    _, second = image(folder, "scipy\n")
    for number in range(1, KEEP + 1):
        kept.keep("reef-prod", settings(str(number)), {second: folder})
        kept.keep("reef-prod", settings(str(number)), {second: folder})  # the same again takes no room

    assert kept.read(digest_of(settings("0"))) is None
    assert kept.read(digest_of(settings("1"))) is not None
    assert kept.image(first) is not None  # staging has it still
    for number in range(KEEP):
        kept.keep("reef-staging", settings(f"s{number}"), {second: folder})
    assert kept.image(first) is None
    assert not files.list(f".hubs/inputs/images/{first}")
    assert kept.image(second) is not None


def test_a_folder_there_and_back(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path / "cache"))
    folder, digest = image(tmp_path / "base")
    content = archived(folder, digest)
    assert content is not None

    back = unpacked(content, digest)

    assert back is not None
    assert folder_digest(back) == digest
    assert (back / "link").readlink() == Path("requirements.txt")
    assert (back / "sub/postBuild").stat().st_mode & 0o100
    assert not (back / "__pycache__").exists()
    (back / "requirements.txt").write_text("edited", encoding="utf-8")
    assert unpacked(content, digest) == back
    assert folder_digest(back) == digest


def test_what_is_not_archived(tmp_path: Path) -> None:
    folder, digest = image(tmp_path / "base")
    assert archived(folder, "0" * 64) is None  # another one by now
    assert archived(tmp_path / "gone", digest) is None
    with (folder / "data.bin").open("wb") as large:
        large.truncate(LARGEST_BYTES + 1)
    assert archived(folder, folder_digest(folder)) is None


def test_what_is_not_unpacked(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path / "cache"))
    folder, digest = image(tmp_path / "base")
    content = archived(folder, digest)
    assert content is not None
    assert unpacked(content, "0" * 64) is None
    assert unpacked(content[:100], digest) is None
