"""Reads a YAML file, or says in plain words why it cannot be used."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

from yaml.reader import ReaderError

from deployer.config.document import Document, place_of
from deployer.config.reader import DEEPEST, MOST_VALUES, Parser, Reader, TooDeepError
from deployer.config.syntax import NotYaml, in_plain_words
from deployer.errors import BadInput, Place, Problem

LARGEST_BYTES = 1_000_000
"""A community file of a thousand lines has about 40,000."""


EXAMPLE = "begin with a line such as: title: Demo community"


def read_document(file: Path, label: str) -> Document:
    """The mapping in a file, with the places of its values.

    `label` is how messages name the file. Raises BadInput for whatever keeps it from being used.
    """
    return parse(_text(file, label), label)


def parse(text: str, label: str) -> Document:
    """A mapping in YAML, with the places of its values. Raises BadInput."""
    parser = Parser(text)
    try:
        root = parser.get_single_node()
    except NotYaml as error:
        raise BadInput([in_plain_words(error, text, label)]) from None
    except ReaderError as error:
        before = text[: error.position]
        _refuse(
            Place(label, before.count("\n") + 1, error.position - before.rfind("\n")),
            f"a control character (code {error.character}) is no text",
            "delete it",
        )
    except TooDeepError:
        _refuse(Place(label), f"more than {DEEPEST} levels of nesting", "no setting is that deep; is it another file?")
    finally:
        parser.dispose()
    if root is None:
        _refuse(Place(label), "the file is empty", EXAMPLE)
    reader = Reader(label)
    try:
        data = reader.value(root)
    except OverflowError:
        _refuse(
            Place(label),
            f"its aliases multiply to more than {MOST_VALUES:,} values",
            "write out what is needed, with fewer aliases of aliases",
        )
    if reader.problems:
        raise BadInput(reader.problems)
    if not isinstance(data, dict):
        what = "a list" if isinstance(data, list) else "a single value"
        _refuse(place_of(label, root), f"{what} where keys with values belong", EXAMPLE)
    return Document(label, root, data)


def _text(file: Path, label: str) -> str:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            raw = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        _refuse(Place(label), f"it cannot be read: {(error.strerror or str(error)).lower()}", _remedy(error))
    if len(raw) > LARGEST_BYTES:
        _refuse(Place(label), "more than 1 MB", "community files have some hundred lines; is it another file?")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        _refuse(
            Place(label, line, column),
            f"the file is not UTF-8 text (byte 0x{raw[error.start]:02x})",
            'save it as UTF-8, in most editors under "Save with encoding"',
        )


def _remedy(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "give yourself the right to read it: chmod u+r"
    if isinstance(error, FileNotFoundError):
        return "look for a typing error in its name"
    if isinstance(error, IsADirectoryError):
        return "name a file"
    return "is it a link that leads in a circle, or a disk that is gone?"


def _refuse(place: Place, fault: str, remedy: str) -> NoReturn:
    raise BadInput([Problem(place=place, path="", fault=fault, remedy=remedy)])
