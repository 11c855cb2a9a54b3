"""Reading settings from the texts of configuration files."""

from __future__ import annotations

import json

from appconfig.defaults import DEFAULTS
from appconfig.merge import Settings, merge


def load(*texts: str) -> Settings:
    """Return the defaults, changed by one JSON text after the other."""
    settings = DEFAULTS
    for text in texts:
        settings = merge(settings, json.loads(text))
    return settings


def lookup(settings: Settings, path: str) -> object:
    """Return a setting by its dotted path; raise KeyError with the path if there is none."""
    value: object = settings
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            raise KeyError(path)
        value = value[name]
    return value
