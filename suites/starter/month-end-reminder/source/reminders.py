"""Dates of recurring reminders, as ISO strings."""

from datetime import date, timedelta


def add_months(day: str, months: int) -> str:
    """Return the same day of the month, `months` later (or earlier, where negative)."""
    start = date.fromisoformat(day)
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return start.replace(year=year, month=month + 1).isoformat()


def add_weeks(day: str, weeks: int) -> str:
    """Return the same weekday, `weeks` later (or earlier, where negative)."""
    return (date.fromisoformat(day) + timedelta(weeks=weeks)).isoformat()


def reminder_dates(day: str, months: int, count: int) -> list[str]:
    """Return `count` dates, each `months` after the one before, counted from `day`."""
    return [add_months(day, months * step) for step in range(count)]
