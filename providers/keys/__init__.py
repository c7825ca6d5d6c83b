"""A Pulumi provider of keys: made once at random, and kept nowhere but in the state, encrypted."""
