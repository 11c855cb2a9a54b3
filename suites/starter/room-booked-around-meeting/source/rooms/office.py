"""All rooms of an office."""

from __future__ import annotations

from collections.abc import Iterable

from rooms.calendar import Conflict, RoomCalendar
from rooms.slots import Slot


class Office:
    """Rooms by name, the most popular first."""

    def __init__(self, names: Iterable[str]) -> None:
        self.rooms = {name: RoomCalendar() for name in names}

    def book_any(self, slot: Slot, who: str) -> str:
        """Book the first room that is free and return its name."""
        for name, room in self.rooms.items():
            if room.is_free(slot):
                room.book(slot, who)
                return name
        raise Conflict(f"No room is free for {who}")
