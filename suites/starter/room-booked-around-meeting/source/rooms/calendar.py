"""The bookings of one room on one day."""

from __future__ import annotations

from rooms.slots import Slot


class Conflict(Exception):
    """The room is booked at that time."""


class RoomCalendar:
    """Bookings by slot; no two of them overlap."""

    def __init__(self) -> None:
        self._bookings: dict[Slot, str] = {}

    def is_free(self, slot: Slot) -> bool:
        """Tell whether nobody has the room in the slot."""
        return not any(slot.overlaps(booked) for booked in self._bookings)

    def book(self, slot: Slot, who: str) -> None:
        """Book the room; raise Conflict if somebody has it."""
        if not self.is_free(slot):
            raise Conflict(f"{who} cannot have the room from {slot.start} to {slot.end}")
        self._bookings[slot] = who

    def cancel(self, slot: Slot) -> None:
        """Give the room back."""
        self._bookings.pop(slot, None)

    def agenda(self) -> list[tuple[Slot, str]]:
        """Return the bookings in order."""
        return sorted(self._bookings.items())
