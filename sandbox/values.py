"""Python values as tagged JSON of builtins: what a patched program may say about its results.

Only exact builtins are told apart (`type(value) is list`, never a subclass): an object that claims to equal
everything arrives as opaque and equals nothing. The trusted side has its own reader of this form.
"""

from __future__ import annotations

import re
from typing import Any

DEEPEST = 200
MOST_NODES = 200_000
LONGEST_REPR = 400
_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")


class TooLarge(Exception):
    """A value has too many parts to be told."""


class Encoder:
    """Turns one value into tagged JSON within a budget of nodes."""

    def __init__(self) -> None:
        self.left = MOST_NODES

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return the tagged JSON of `value`; anything but builtins is opaque."""
        self.left -= 1
        if self.left < 0:
            raise TooLarge
        kind = type(value)
        told: Any
        if value is None or kind in (bool, str):
            told = value
        elif kind is int:
            told = value if -(1 << 63) <= value < 1 << 63 else {"i": hex(value)}
        elif kind is float:
            told = {"f": value.hex()}
        elif kind is complex:
            told = {"c": [value.real.hex(), value.imag.hex()]}
        elif kind is bytes:
            told = {"b": value.hex()}
        elif depth < DEEPEST and kind in (list, tuple, dict, set, frozenset):
            told = self._container(value, kind, depth + 1)
        else:
            told = {"o": [f"{kind.__module__}.{kind.__qualname__}"[:LONGEST_REPR], shown(value)]}
        return told

    def _container(self, value: Any, kind: type, depth: int) -> Any:
        if kind is dict:
            return {"d": [[self.encode(k, depth), self.encode(v, depth)] for k, v in value.items()]}
        items = [self.encode(item, depth) for item in value]
        if kind is list:
            return items
        return {"t" if kind is tuple else "s" if kind is set else "z": items}


def encode(value: Any) -> Any:
    """Return the tagged JSON of a value, opaque where it is too large."""
    try:
        return Encoder().encode(value)
    except (TooLarge, RecursionError):
        return {"o": [type(value).__qualname__, "(too large)"]}


def shown(value: Any) -> str:
    """Return a bounded `repr` without memory addresses; it never raises."""
    try:
        text = repr(value)
    except BaseException as problem:
        return f"<unprintable {type(value).__qualname__}: {type(problem).__name__}>"
    if type(text) is not str:
        return "<unprintable>"
    text = _ADDRESS.sub("0x…", text[: LONGEST_REPR * 2])
    return text if len(text) <= LONGEST_REPR else text[: LONGEST_REPR - 1] + "…"
