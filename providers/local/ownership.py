"""Whose a folder is: a mark in it names the resource and the checkout that made it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from providers.local.files import read_json


def mark_of(urn: str, checkout: Any) -> dict[str, str]:
    """What a folder's mark says of its owner; `checkout` is the root of the project's copy, or empty."""
    return {"made_by": "hubs", "urn": urn, "checkout": checkout if isinstance(checkout, str) else ""}


def why_not_ours(folder: Path, mark_name: str, mark: dict[str, str]) -> str | None:
    """Why a folder may not be used by the owner of `mark`; None when it is free, or theirs already.

    A mark of the same resource in a checkout that is gone is theirs as well: the checkout was moved.
    """
    if not folder.exists():
        return None
    if not folder.is_dir():
        return f"{folder} is not a directory"
    found = read_json(folder / mark_name)
    if found is None:
        if any(folder.iterdir()):
            return f"{folder} holds files that are not of this project (there is no {mark_name})"
        return None
    same_resource = found.get("urn") == mark["urn"]
    checkout = found.get("checkout") or ""
    if same_resource and (checkout == mark["checkout"] or not checkout or not Path(checkout).exists()):
        return None
    whose = found.get("urn", "something else").rpartition("::")[2]
    return f"{folder} belongs to {whose!r}" + (f" of {checkout}" if checkout else "")
