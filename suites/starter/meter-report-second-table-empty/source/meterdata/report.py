"""The report on one file."""

from __future__ import annotations

from pathlib import Path

from meterdata.filters import valid
from meterdata.reader import read
from meterdata.tables import by_day, totals


def report(path: Path) -> list[str]:
    """Return the lines of the report: one for each day, and the totals."""
    readings = valid(read(path))
    days = by_day(readings)
    count, kwh = totals(readings)
    lines = [f"{day} {used:.1f}" for day, used in sorted(days.items())]
    return [*lines, f"{count} readings, {kwh:.1f} kWh"]
