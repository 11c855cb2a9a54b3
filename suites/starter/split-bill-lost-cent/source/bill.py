"""Splitting a bill among friends; amounts are whole cents."""

from __future__ import annotations

from collections.abc import Sequence


def shares(total: int, people: int) -> list[int]:
    """Return what each of `people` pays of `total` cents."""
    if people < 1:
        raise ValueError(f"A bill needs someone to pay it, got {people!r} people")
    each = round(total / people)
    return [each] * people


def split(total: int, names: Sequence[str], tip_percent: int = 0) -> dict[str, int]:
    """Return what everybody pays by name, tip included."""
    tip = total * tip_percent // 100
    return dict(zip(names, shares(total + tip, len(names)), strict=True))
