"""Adding readings up."""

from __future__ import annotations

from collections.abc import Iterable

from meterdata.reader import Reading


def by_day(readings: Iterable[Reading]) -> dict[str, float]:
    """Return the kWh of each day."""
    days: dict[str, float] = {}
    for reading in readings:
        days[reading.day] = days.get(reading.day, 0.0) + float(reading.value)
    return days


def totals(readings: Iterable[Reading]) -> tuple[int, float]:
    """Return how many readings there are and their kWh."""
    count, kwh = 0, 0.0
    for reading in readings:
        count += 1
        kwh += float(reading.value)
    return count, kwh
