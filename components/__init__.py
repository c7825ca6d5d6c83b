"""Pulumi components: one folder per cloud behind one contract."""
