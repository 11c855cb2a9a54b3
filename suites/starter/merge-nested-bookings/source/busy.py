"""Busy and free time of one day; a slot is (start, end) in minutes since midnight."""

from __future__ import annotations

from collections.abc import Iterable

Slot = tuple[int, int]


def merge(slots: Iterable[Slot]) -> list[Slot]:
    """Return the slots in order of start, joined where they overlap or touch."""
    merged: list[Slot] = []
    for start, end in sorted(slots, key=lambda slot: slot[0]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def free(slots: Iterable[Slot], opens: int, closes: int) -> list[Slot]:
    """Return the gaps between the slots from `opens` to `closes`."""
    gaps: list[Slot] = []
    cursor = opens
    for start, end in merge(slots):
        if start > cursor:
            gaps.append((cursor, min(start, closes)))
        cursor = max(cursor, end)
        if cursor >= closes:
            return gaps
    gaps.append((cursor, closes))
    return gaps
