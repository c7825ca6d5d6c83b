"""Stand-ins for the clouds' own provider plugins: the same types and refusals, without an account."""
