"""Laying one set of settings over another."""

from __future__ import annotations

from typing import Any

Settings = dict[str, Any]


def merge(base: Settings, changes: Settings) -> Settings:
    """Return `base` with `changes`, table by table; anything else than a table is replaced."""
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(base.get(name), dict):
            base[name] = merge(base[name], value)
        else:
            base[name] = value
    return base
