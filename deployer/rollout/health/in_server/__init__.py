"""What the check runs inside a person's server: plain Python 3.8 and its standard library, sent as a cell."""
