"""The clouds' published API models, as PyPI packages carry them: what values their APIs take. For tests."""
