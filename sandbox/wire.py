"""What crosses between the two halves of a split test process: JSON texts over a socket, values as builtins.

Builtins and the plain values of the library cross by value; everything else crosses as a handle that only the
side that made it can open.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as daytime
from decimal import Decimal
from fractions import Fraction
from typing import Any

_PLAIN: tuple[type, ...] = (list, tuple, dict, set, frozenset, str, bytes, int, float, complex)
_DATES: dict[type, str] = {date: "date", datetime: "datetime", daytime: "time"}


class Unsupported(Exception):
    """A test does something that cannot cross between the two processes."""


class Wire:
    """Length-prefixed texts over a socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, text: str) -> None:
        """Send one JSON text."""
        data = text.encode()
        self._connection.sendall(len(data).to_bytes(4, "big") + data)

    def receive(self) -> str:
        """Return the next text; EOFError when the other half is gone."""
        return self._exactly(int.from_bytes(self._exactly(4), "big")).decode()

    def _exactly(self, length: int) -> bytes:
        parts = []
        while length:
            part = self._connection.recv(min(length, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            length -= len(part)
        return b"".join(parts)


def pack(value: Any, handle: Callable[[Any], Any], depth: int = 0) -> Any:
    """Return a value as JSON: builtins by value, and what `handle` makes of the rest."""
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if depth > 100:
        raise Unsupported("a deeper value")
    base = kind if kind in _PLAIN else _base(kind)
    packed: Any
    if base in (int, float, complex, bytes):
        packed = {base.__name__: _number_text(base, value)}
    elif base is str:
        packed = str.__str__(value)
    elif kind in (Decimal, Fraction):
        packed = {kind.__name__: str(value)}
    elif kind in _DATES and getattr(value, "tzinfo", None) is None:
        packed = {_DATES[kind]: value.isoformat()}
    elif kind is timedelta:
        packed = {"timedelta": [value.days, value.seconds, value.microseconds]}
    elif base is dict:
        packed = {
            "dict": [[pack(k, handle, depth + 1), pack(v, handle, depth + 1)] for k, v in dict.items(value)]
        }
    elif base is not None:
        packed = {base.__name__: [pack(item, handle, depth + 1) for item in base.__iter__(value)]}
    else:
        packed = handle(value)
    return packed


def _number_text(base: Any, value: Any) -> str:
    if base is int:
        return hex(int.__index__(value))
    return bytes.hex(value) if base is bytes else str(base.__repr__(value))


def _base(kind: type) -> Any:
    """Return the builtin whose subclass this is without rules of its own for equality."""
    for base in _PLAIN:
        if issubclass(kind, base) and kind.__module__ == "collections":
            return base
        if issubclass(kind, base) and kind.__eq__ is base.__eq__ and kind.__ne__ is base.__ne__:  # type: ignore[comparison-overlap]
            return base
    return None


_READERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda content: int(content, 16),
    "float": float,
    "complex": complex,
    "bytes": bytes.fromhex,
    "Decimal": Decimal,
    "Fraction": Fraction,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": daytime.fromisoformat,
    "timedelta": lambda content: timedelta(*content),
}
_CONTAINERS: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
}


def unpack(told: Any, handle: Callable[[Any], Any]) -> Any:
    """Return the exact builtins that a JSON value stands for."""
    if told is None or isinstance(told, bool | str):
        return told
    if not isinstance(told, dict) or len(told) != 1:
        raise Unsupported("a malformed value")
    ((tag, content),) = told.items()
    if tag in _READERS:
        return _READERS[tag](content)
    if tag in _CONTAINERS:
        return _CONTAINERS[tag](unpack(item, handle) for item in content)
    if tag == "dict":
        return {unpack(key, handle): unpack(item, handle) for key, item in content}
    return handle(told)
