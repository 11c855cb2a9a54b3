"""Stretches of time within a day."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Slot:
    """From `start` up to, not including, `end`, in minutes since midnight."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"A slot must end after it starts, got {self.start}-{self.end}")

    def overlaps(self, other: Slot) -> bool:
        """Tell whether the two have a minute in common."""
        return other.start <= self.start < other.end or other.start < self.end <= other.end


def parse(text: str) -> Slot:
    """Read a slot such as `09:00-10:30`."""
    start, end = text.split("-")
    return Slot(_minutes(start), _minutes(end))


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
