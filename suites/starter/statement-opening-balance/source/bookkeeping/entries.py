"""Entries of an account, and their form in a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Entry:
    """Money that came in (positive) or went out (negative), in cents."""

    day: date
    text: str
    cents: int


def read_entries(lines: Iterable[str]) -> list[Entry]:
    """Return the entries of a CSV file with the columns day, text and cents."""
    rows = csv.DictReader(lines)
    return [Entry(date.fromisoformat(row["day"]), row["text"], int(row["cents"])) for row in rows]
