"""Whether a value that the sandbox told equals what was expected, decided on the trusted side.

The value arrives as tagged JSON of builtins (`sandbox/values.py`) from a hostile process. It equals by
Python's rules (`True == 1`, `1 == 1.0`, a list is no tuple), with nan equal to itself. No container is
hashed before its size is known to be that of the expected one, so that crafted hashes cost nothing.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

DEEPEST = 220


class Untold(Exception):
    """The told value is opaque or malformed."""


def literal(text: str) -> Any:
    """Return the value of a Python literal; `nan` and `inf` may be written by name.

    Raises:
        ValueError: The text is no literal.
    """
    try:
        return ast.literal_eval(_Names().visit(ast.parse(text.strip(), mode="eval")))
    except (SyntaxError, TypeError, ValueError, RecursionError) as problem:
        raise ValueError(f"{text!r} is not a Python literal") from problem


class _Names(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Turn the two numbers that have no literal into constants."""
        return ast.Constant(float(node.id)) if node.id in ("nan", "inf") else node


def equals(told: Any, expected: Any, *, tolerance: float | None = None) -> bool:
    """Return whether a told value equals the expected one.

    Args:
        told: Tagged JSON, untrusted.
        expected: A value of builtins.
        tolerance: Absolute tolerance for numbers at any depth; None for equality.
    """
    try:
        if _nodes(told, 0) != _size(expected):
            return False
        return same(decode(told), expected, tolerance=tolerance)
    except (Untold, RecursionError):
        return False


def _nodes(told: Any, depth: int) -> int:
    if depth > DEEPEST:
        raise Untold
    if isinstance(told, list):
        return 1 + sum(_nodes(item, depth + 1) for item in told)
    if isinstance(told, dict):
        tag, content = _tagged(told)
        if tag in ("t", "s", "z"):
            return 1 + sum(_nodes(item, depth + 1) for item in content)
        if tag == "d":
            return 1 + sum(_nodes(item, depth + 1) for pair in content for item in pair)
    return 1


def _size(value: Any) -> int:
    if isinstance(value, list | tuple | set | frozenset):
        return 1 + sum(map(_size, value))
    if isinstance(value, dict):
        return 1 + sum(_size(key) + _size(item) for key, item in value.items())
    return 1


def _tagged(told: dict[str, Any]) -> tuple[str, Any]:
    if len(told) != 1:
        raise Untold
    ((tag, content),) = told.items()
    lists = tag in ("t", "s", "z", "d", "c")
    if lists != isinstance(content, list) or (not lists and tag != "o" and not isinstance(content, str)):
        raise Untold
    if tag == "d" and not all(isinstance(pair, list) and len(pair) == 2 for pair in content):
        raise Untold
    return tag, content


_READERS: dict[str, Callable[[Any], Any]] = {
    "i": lambda content: int(content, 16),
    "f": float.fromhex,
    "c": lambda content: complex(float.fromhex(content[0]), float.fromhex(content[1])),
    "b": bytes.fromhex,
}
_CONTAINERS: dict[str, Callable[[Any], Any]] = {"t": tuple, "s": set, "z": frozenset}


def decode(told: Any) -> Any:
    """Return the value of tagged JSON.

    Raises:
        Untold: The value is opaque or malformed.
    """
    if told is None or isinstance(told, bool | int | str):
        return told
    if isinstance(told, list):
        return [decode(item) for item in told]
    if not isinstance(told, dict):
        raise Untold
    tag, content = _tagged(told)
    try:
        if tag in _READERS:
            return _READERS[tag](content)
        if tag == "d":
            return {decode(key): decode(value) for key, value in content}
        if tag in _CONTAINERS:
            return _CONTAINERS[tag](decode(item) for item in content)
    except (ValueError, TypeError, IndexError, OverflowError) as problem:
        raise Untold from problem
    raise Untold


def same(value: Any, expected: Any, *, tolerance: float | None) -> bool:
    """Return whether two values of builtins are equal, nan to itself and numbers within the tolerance."""
    if isinstance(expected, list | tuple):
        return (
            type(value) is type(expected)
            and len(value) == len(expected)
            and all(same(a, b, tolerance=tolerance) for a, b in zip(value, expected, strict=True))
        )
    if isinstance(expected, dict):
        return (
            type(value) is dict
            and value.keys() == expected.keys()
            and all(same(value[key], item, tolerance=tolerance) for key, item in expected.items())
        )
    if isinstance(expected, bool | int | float | complex) and isinstance(value, bool | int | float | complex):
        return _same_number(value, expected, tolerance)
    return bool(value == expected)


def _same_number(value: complex, expected: complex, tolerance: float | None) -> bool:
    if value == expected:
        return True
    if _is_nan(value) and _is_nan(expected):
        return True
    if tolerance is None:
        return False
    try:
        return abs(value - expected) <= tolerance
    except OverflowError:
        return False


def _is_nan(value: complex) -> bool:
    return isinstance(value, float) and math.isnan(value)


def written(told: Any, *, longest: int = 300) -> str:
    """Return a told value as a person would write it, bounded; opaque ones by their own repr."""
    try:
        if isinstance(told, dict) and "o" in told:
            text = str(told["o"][1])
        else:
            value = decode(told) if _nodes(told, 0) < 500 else "(a large value)"
            text = hex(value) if isinstance(value, int) and abs(value) >> 256 else repr(value)
    except (Untold, RecursionError, ValueError, LookupError, TypeError):
        return "(something that could not be read)"
    return text if len(text) <= longest else text[: longest - 1] + "…"
