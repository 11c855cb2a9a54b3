"""The paint bucket of the picture editor; a picture is a list of rows of colour names."""

from __future__ import annotations

Picture = list[list[str]]

SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))


def fill(picture: Picture, x: int, y: int, colour: str) -> int:
    """Paint the area of one colour around (x, y); return how many pixels changed.

    Pixels belong together where they touch at a side. Outside the picture nothing happens.
    """
    if not _inside(picture, x, y):
        return 0
    return _spread(picture, x, y, picture[y][x], colour)


def _spread(picture: Picture, x: int, y: int, old: str, new: str) -> int:
    if not _inside(picture, x, y) or picture[y][x] != old:
        return 0
    picture[y][x] = new
    changed = 1
    for dx, dy in SIDES:
        changed += _spread(picture, x + dx, y + dy, old, new)
    return changed


def _inside(picture: Picture, x: int, y: int) -> bool:
    return 0 <= y < len(picture) and 0 <= x < len(picture[y])
