"""A hub on Kubernetes: the place that it stands in."""
