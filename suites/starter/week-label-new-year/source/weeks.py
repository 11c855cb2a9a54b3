"""ISO week labels for timesheets."""

from collections.abc import Iterable
from datetime import date


def week_label(day: str) -> str:
    """Return the ISO week of a date, such as `2024-W07`."""
    when = date.fromisoformat(day)
    week = when.isocalendar().week
    return f"{when.year}-W{week:02}"


def hours_by_week(entries: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return the sum of hours per week label, in the order in which the weeks appear."""
    totals: dict[str, float] = {}
    for day, hours in entries:
        label = week_label(day)
        totals[label] = totals.get(label, 0.0) + hours
    return totals
