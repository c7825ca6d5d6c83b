"""Fixtures of the provider's tests."""

from tests.unit.local_provider.fixtures import engine, hub, stack

__all__ = ["engine", "hub", "stack"]
