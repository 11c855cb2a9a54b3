"""Settings: defaults, and what the files change."""
