"""From a community's YAML file to its running hubs."""
