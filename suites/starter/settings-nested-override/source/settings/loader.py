"""Finds the layers of settings."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from settings.defaults import DEFAULTS
from settings.layers import merge

PREFIX = "APP_"


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the settings: defaults, then the file, then variables such as `APP_DATABASE__PORT`.

    Values in the environment are JSON where they can be read as such, else text.
    """
    layers: list[Mapping[str, Any]] = [DEFAULTS]
    if path is not None:
        layers.append(json.loads(path.read_text(encoding="utf-8")))
    for name, text in sorted((environment or {}).items()):
        if name.startswith(PREFIX):
            layers.append(_nested(name.removeprefix(PREFIX).lower().split("__"), _value(text)))
    return merge(layers)


def _nested(keys: list[str], value: Any) -> dict[str, Any]:
    for key in reversed(keys):
        value = {key: value}
    return value


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
