"""Which seats of a hall are taken; rows and seats are numbered from 0."""

from __future__ import annotations


class SeatMap:
    """A hall of equally long rows."""

    def __init__(self, rows: int, seats: int) -> None:
        self.rows = rows
        self.seats = seats
        self._taken = [[False] * seats] * rows

    def take(self, row: int, seat: int) -> None:
        """Book one seat; raise ValueError if somebody has it."""
        if self._taken[row][seat]:
            raise ValueError(f"Seat {seat} in row {row} is taken")
        self._taken[row][seat] = True

    def release(self, row: int, seat: int) -> None:
        """Give one seat back."""
        self._taken[row][seat] = False

    def free(self, row: int) -> list[int]:
        """Return the free seats of one row."""
        return [seat for seat in range(self.seats) if not self._taken[row][seat]]

    def occupied(self) -> int:
        """Return how many seats are taken."""
        return sum(taken for line in self._taken for taken in line)
