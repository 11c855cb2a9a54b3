"""Layers of settings, the later ones over the earlier ones."""

from collections.abc import Iterable, Mapping
from typing import Any


def merge(layers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the settings of all layers together, as a dictionary of its own."""
    merged: dict[str, Any] = {}
    for layer in layers:
        merged.update(layer)
    return merged
