"""The package jsonschema, without what it imports for formats that nothing here asks for."""

from __future__ import annotations

import sys
from types import ModuleType


def jsonschema() -> ModuleType:
    """The package; imported at the first use.

    Where a Jupyter server is installed too, so is rfc3987-syntax, which builds 38 grammars when it is imported: 0.8 s
    at every start of a plugin. jsonschema does without it where it is missing.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import jsonschema as package

    return package
