"""Statements of an account over a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bookkeeping.journal import Journal


@dataclass(frozen=True)
class Line:
    """An entry on a statement, with the balance after it."""

    day: date
    text: str
    cents: int
    balance: int


@dataclass(frozen=True)
class Statement:
    """What an account held before the period, what happened, and what it holds after."""

    opening: int
    lines: tuple[Line, ...]
    closing: int


def make_statement(journal: Journal, first: date, last: date) -> Statement:
    """Return the statement for the days from `first` to `last`, both included."""
    opening = balance = journal.balance(first)
    lines = []
    for entry in journal.between(first, last):
        balance += entry.cents
        lines.append(Line(entry.day, entry.text, entry.cents, balance))
    return Statement(opening, tuple(lines), balance)
