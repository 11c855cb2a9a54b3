"""Animations for LED panels; an LED is (row, column) from the upper left corner."""

from __future__ import annotations

Led = tuple[int, int]


def spiral(rows: int, columns: int) -> list[Led]:
    """Return every LED of the panel once, clockwise from the upper left corner inwards."""
    path: list[Led] = []
    top, bottom = 0, rows - 1
    left, right = 0, columns - 1
    while top <= bottom and left <= right:
        path.extend((top, column) for column in range(left, right + 1))
        path.extend((row, right) for row in range(top + 1, bottom + 1))
        path.extend((bottom, column) for column in range(right - 1, left - 1, -1))
        path.extend((row, left) for row in range(bottom - 1, top, -1))
        top, bottom = top + 1, bottom - 1
        left, right = left + 1, right - 1
    return path


def frames(rows: int, columns: int) -> list[list[str]]:
    """Return the pictures of the animation, `#` for a lit LED, one more lit in each."""
    picture = [["."] * columns for _ in range(rows)]
    shown = []
    for row, column in spiral(rows, columns):
        picture[row][column] = "#"
        shown.append(["".join(line) for line in picture])
    return shown
