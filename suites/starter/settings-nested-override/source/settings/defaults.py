"""What holds where nobody says otherwise."""

DEFAULTS = {
    "debug": False,
    "plugins": ["search", "feed"],
    "database": {"host": "localhost", "port": 5432, "pool": {"size": 5, "timeout": 30}},
    "mail": {"sender": "noreply@example.org", "tls": True},
}
