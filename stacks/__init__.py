"""Pulumi programs: one for clusters, one for hubs."""
