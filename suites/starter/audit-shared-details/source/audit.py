"""The audit trail: what was done by whom, in order."""

from __future__ import annotations

from typing import Any

Entry = dict[str, Any]


class Trail:
    """Entries with a number, the name of the action and details, to which the user is added."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def record(self, action: str, user: str, details: dict[str, Any] = {}) -> int:
        """Write an entry and return its number, counted from 1."""
        details["user"] = user
        number = len(self._entries) + 1
        self._entries.append({"number": number, "action": action, "details": details})
        return number

    def entries(self) -> list[Entry]:
        """Return the entries, the oldest first."""
        return list(self._entries)

    def by(self, user: str) -> list[int]:
        """Return the numbers of the entries of one user."""
        return [entry["number"] for entry in self._entries if entry["details"]["user"] == user]
