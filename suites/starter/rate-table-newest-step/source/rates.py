"""Rates that change on given days: which one is in force when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Step:
    """A rate in cents, in force from `starts` until the next step starts."""

    starts: date
    cents: int


class RateTable:
    """The steps of one tariff, given in any order."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = sorted(steps, key=lambda step: step.starts)

    def at(self, day: date) -> int:
        """Return the rate in force on `day`; raise LookupError before the first step."""
        low, high = 0, len(self._steps) - 1
        while low < high:
            middle = (low + high) // 2
            if self._steps[middle].starts <= day:
                low = middle + 1
            else:
                high = middle
        if low == 0:
            raise LookupError(f"No rate is known on {day}")
        return self._steps[low - 1].cents
