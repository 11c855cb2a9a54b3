"""All entries of one account in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bookkeeping.entries import Entry


class Journal:
    """The entries of an account by day; those of one day stay in the order given."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = sorted(entries, key=lambda entry: entry.day)

    def balance(self, day: date) -> int:
        """Return the balance at the end of `day`."""
        return sum(entry.cents for entry in self._entries if entry.day <= day)

    def between(self, first: date, last: date) -> list[Entry]:
        """Return the entries from `first` to `last`, both included."""
        return [entry for entry in self._entries if first <= entry.day <= last]
