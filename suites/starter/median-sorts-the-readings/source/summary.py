"""Summary figures of a day's readings, which are listed in the order they were taken."""

from __future__ import annotations


def median(values: list[float]) -> float:
    """Return the middle value, or the mean of the two middle values."""
    if not values:
        raise ValueError("No readings to summarise")
    values.sort()
    middle = len(values) // 2
    if len(values) % 2:
        return values[middle]
    return (values[middle - 1] + values[middle]) / 2


def describe(readings: list[float]) -> dict[str, float]:
    """Return the figures that the dashboard shows."""
    return {
        "median": median(readings),
        "low": min(readings),
        "high": max(readings),
        "latest": readings[-1],
    }
