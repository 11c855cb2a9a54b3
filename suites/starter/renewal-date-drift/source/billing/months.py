"""Arithmetic with months."""

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """Return the day `months` later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
