"""Names within a cloud's limits."""

from __future__ import annotations

from hashlib import sha256


def fitted(name: str, limit: int) -> str:
    """The name, or as much of it as fits and a digest of all of it, so that two long ones stay different."""
    if len(name) <= limit:
        return name
    digest = sha256(name.encode()).hexdigest()[:6]
    return f"{name[: limit - 7].rstrip('-')}-{digest}"
