"""Other people's data sets, read as bugs: one module a schema."""
