"""One module per speed; each has `rows()`, which measures and yields rows of the table."""
