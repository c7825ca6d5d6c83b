"""Google Cloud, simulated."""
