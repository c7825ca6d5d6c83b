"""Models of a community file: field names, units, limits and built-in defaults. They know nothing else of ours."""
