"""Amazon Web Services, simulated."""
