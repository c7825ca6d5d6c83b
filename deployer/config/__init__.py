"""Loading, locating, resolving and explaining community files."""
