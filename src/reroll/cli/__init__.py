"""The command line: one small file a verb, and nothing heavy imported before it is needed."""
