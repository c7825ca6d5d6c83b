"""What libyaml objects to, in the words of somebody who edits a file."""

from __future__ import annotations

from yaml import MarkedYAMLError
from yaml.error import Mark

from deployer.errors import Place, Problem

NotYaml = MarkedYAMLError

# (what libyaml's context and problem contain, fault, remedy); the first match counts.
WORDS: tuple[tuple[str, str, str], ...] = (
    ("tab character", "a tab", "YAML indents with spaces only"),
    (
        "mapping values are not allowed",
        "a colon where no key can be",
        "look for a colon missing in the line before, or put quotes around a text that holds ': '",
    ),
    ("block sequence entries are not allowed", "a list cannot start here", "begin it on a line of its own"),
    (
        "quoted scalar found unexpected end of stream",
        "a quote is opened here and never closed",
        "close it, or remove it",
    ),
    ("unknown escape character", "a backslash in double quotes", "write \\\\ for one, or use single quotes"),
    ("undefined alias", "an alias (*name) of something that is not above", "look for a typing error in its name"),
    ("duplicate anchor", "an anchor (&name) that was given before", "choose another name for one of them"),
    ("did not find expected ',' or ']'", "a [ is opened here and never closed", "put ] at its end"),
    ("did not find expected ',' or '}'", "a { is opened here and never closed", "put } at its end"),
    ("could not find expected ':'", "a line that is neither a key with its colon nor an entry of a list", "mend it"),
    (
        "block collection did not find expected '-' indicator",
        "a line inside a list without a dash",
        "indent it, or add '- '",
    ),
    (
        "block mapping did not find expected key",
        "this does not fit the lines above",
        "check its indentation and quotes",
    ),
    ("another document", "a second document starts here", "remove the line ---, or put it into a file of its own"),
    ("document start", "a line that belongs to nothing above", "check its indentation"),
)
AT_CONTEXT = ("is opened here",)
"""Faults that are seen where something began rather than where the parser gave up."""


def in_plain_words(error: MarkedYAMLError, text: str, label: str) -> Problem:
    """libyaml's error as a problem with its place."""
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    fault, remedy = next(
        ((fault, remedy) for part, fault, remedy in WORDS if part in said),
        (f"this is not YAML: {error.problem or said.strip()}", "check quotes, brackets and indentation around it"),
    )
    if any(phrase in fault for phrase in AT_CONTEXT) and error.context_mark:
        mark = error.context_mark
    if "cannot start any token" in said and mark:
        fault, remedy = _unexpected_character(text, mark)
    place = Place(label, mark.line + 1, mark.column + 1) if mark else Place(label)
    return Problem(place=place, path="", fault=fault, remedy=remedy)


def _unexpected_character(text: str, mark: Mark) -> tuple[str, str]:
    line = text.splitlines()[mark.line] if mark.line < text.count("\n") + 1 else ""
    found = line[mark.column : mark.column + 1]
    if found == "\t":
        return "a tab", "YAML indents with spaces only"
    return f"a text cannot begin with {found}", f"put quotes around it: '{line[mark.column :].strip()}'"
