"""The settings of a program that nobody has configured."""

from __future__ import annotations

from typing import Any

DEFAULTS: dict[str, Any] = {
    "debug": False,
    "language": "en",
    "log": {"level": "info", "file": None, "rotate": {"megabytes": 10, "keep": 5}},
    "mail": {"host": "localhost", "port": 25},
    "plugins": ["core"],
}
