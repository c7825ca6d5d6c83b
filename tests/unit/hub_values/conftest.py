"""The tests' API server."""

from tests.kubernetes import api_server, kubernetes_tools

__all__ = ["api_server", "kubernetes_tools"]
