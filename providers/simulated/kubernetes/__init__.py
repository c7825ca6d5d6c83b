"""Kubernetes clusters that nobody runs: objects are checked and kept, nothing acts on them."""
