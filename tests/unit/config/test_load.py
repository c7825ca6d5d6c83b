"""Files that cannot be used, and values that are easily read wrong."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from deployer.config.load import parse, read_document
from deployer.config.scalars import plain_value
from deployer.errors import BadInput

NOBODY = 65534


def refusal(file: Path) -> str:
    with pytest.raises(BadInput) as error:
        read_document(file, "it.yaml")
    assert len(error.value.problems) == 1
    return str(error.value.problems[0])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it.yaml:1:1: the file is empty"),
        (b"a: 1\nb: caf\xe9\n", "it.yaml:2:7: the file is not UTF-8 text (byte 0xe9)"),
        ("é: ü\nb: ".encode() + b"\xff", "it.yaml:2:4: the file is not UTF-8 text (byte 0xff)"),
        ("a: 1\n".encode("utf-16"), "it.yaml:1:1: the file is not UTF-8 text (byte 0xff)"),
        (b"a: 1\nb: x\x00y\n", "it.yaml:2:5: a control character (code 0)"),
        (b"\x89PNG\r\n\x1a\n", "it.yaml:1:1: the file is not UTF-8 text"),
        (b"[" * 300_000, "it.yaml:1:1: more than 50 levels of nesting"),
        (b"- " * 300_000, "it.yaml:1:1: more than 50 levels of nesting"),
        (b"{a: " * 100_000, "it.yaml:1:1: more than 50 levels of nesting"),
    ],
)
def test_content_that_is_no_yaml(content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "it.yaml"
    file.write_bytes(content)
    assert refusal(file).startswith(said)


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "it.yaml"
    file.write_bytes("\ufeffname: demo\n".encode())
    document = read_document(file, "it.yaml")
    assert document.data == {"name": "demo"}
    assert document.place(("name",)).column == 1


def test_large_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "it.yaml"
    with file.open("wb") as stream:
        stream.truncate(50_000_000)
    tracemalloc.start()
    try:
        assert "more than 1 MB" in refusal(file)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_endless_file_is_not_read() -> None:
    assert "more than 1 MB" in refusal(Path("/dev/zero"))


def test_links_and_things_that_are_no_files(tmp_path: Path) -> None:
    circle, gone, pipe = tmp_path / "circle", tmp_path / "gone", tmp_path / "pipe"
    circle.symlink_to(circle)
    gone.symlink_to(tmp_path / "nowhere")
    os.mkfifo(pipe)
    assert "it cannot be read: too many levels of symbolic links" in refusal(circle)
    assert "it cannot be read: no such file or directory" in refusal(gone)
    assert "it cannot be read: is a directory" in refusal(tmp_path)
    assert "the file is empty" in refusal(pipe)


def test_unreadable_file(tmp_path: Path) -> None:
    file = tmp_path / "it.yaml"
    file.write_text("name: demo\n")
    file.chmod(0)
    with as_nobody():
        said = refusal(file)
    assert said.startswith("it.yaml:1:1: it cannot be read: permission denied; give yourself the right")


@contextmanager
def as_nobody() -> Iterator[None]:
    """As an ordinary user, for whom permissions count."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("yes", True),
        ("NO", False),
        ("~", None),
        ("", None),
        # What YAML 1.1 would read as something else:
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2026-05-01", "2026-05-01"),
        ("y", "y"),
        ("=", "="),
        ("99999999999999999999", "99999999999999999999"),
    ],
)
def test_plain_scalars(text: str, value: Any) -> None:
    assert plain_value(text) == value
    assert type(plain_value(text)) is type(value)


def test_places_of_keys_items_and_merged_values() -> None:
    document = parse(
        "base: &base {cpu: 1}\nlist:\n- a\n- {b: 1}\nover:\n  <<: *base\n  memory: 2\nmore: {<<: [*base]}\n", "it.yaml"
    )
    places = {
        ("base",): (1, 1),
        ("list", 0): (3, 3),
        ("list", 1, "b"): (4, 4),
        ("over", "memory"): (7, 3),
        ("over", "cpu"): (1, 14),
        ("more", "cpu"): (1, 14),
        ("over", "nothing", "below"): (5, 1),
        ("list", 7): (2, 1),
    }
    for path, (line, column) in places.items():
        place = document.place(path)
        assert (place.line, place.column) == (line, column), path


def test_own_keys_win_over_merged_ones_and_the_first_of_several() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b], y: 3}\n"
    assert parse(text, "it.yaml").data["c"] == {"x": 1, "z": 2, "y": 3}
