"""A small ledger: entries, journal and statements."""
