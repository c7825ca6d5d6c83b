"""Azure, simulated."""
