"""Reading the files that the meter writes; they can be large."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reading:
    """What the meter wrote at one time; `value` is kWh as text, or a word for a fault."""

    day: str
    time: str
    value: str


def read(path: Path) -> Iterable[Reading]:
    """Return the readings in a file, row by row."""
    return _rows(path)


def _rows(path: Path) -> Iterator[Reading]:
    with path.open(newline="", encoding="utf-8") as file:
        for day, time, value in csv.reader(file):
            yield Reading(day, time, value)
