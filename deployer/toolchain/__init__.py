"""External tools at pinned versions."""
