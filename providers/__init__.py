"""Pulumi resource providers of our own."""
