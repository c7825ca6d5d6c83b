"""Helm charts before they are installed: fetched once, held against the lock file, mirrored to offline places."""
