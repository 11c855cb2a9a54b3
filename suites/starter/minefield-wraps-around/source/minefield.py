"""The numbers of a minesweeper field; a field is a list of rows, `*` is a mine."""

from __future__ import annotations

from collections.abc import Sequence

MINE = "*"


def mines_around(field: Sequence[str], row: int, column: int) -> int:
    """Count the mines on the eight squares around one square."""
    count = 0
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            if down == 0 and right == 0:
                continue
            try:
                count += field[row + down][column + right] == MINE
            except IndexError:
                continue
    return count


def hints(field: Sequence[str]) -> list[str]:
    """Return the field with the number of neighbouring mines on every free square."""
    lines = []
    for row, squares in enumerate(field):
        line = ""
        for column, square in enumerate(squares):
            line += MINE if square == MINE else str(mines_around(field, row, column))
        lines.append(line)
    return lines
