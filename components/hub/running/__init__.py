"""A running hub on Kubernetes, looked at by the cluster's API: light to import, and nothing is ever changed."""
