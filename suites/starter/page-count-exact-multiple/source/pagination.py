"""Page arithmetic for the list views; pages are numbered from 1."""

from __future__ import annotations


def page_count(total: int, size: int) -> int:
    """Return how many pages `total` rows need; an empty listing still has one page."""
    if size < 1:
        raise ValueError(f"Page size must be positive, got {size!r}")
    return total // size + 1


def page_bounds(page: int, total: int, size: int) -> tuple[int, int]:
    """Return the half-open range of rows on `page`; a page out of range is clamped."""
    page = min(max(page, 1), page_count(total, size))
    start = (page - 1) * size
    return start, min(start + size, total)


def page_links(page: int, total: int, size: int, reach: int = 2) -> list[int | None]:
    """Return the page numbers to link to, None where numbers are left out."""
    last = page_count(total, size)
    near = range(max(1, page - reach), min(last, page + reach) + 1)
    links: list[int | None] = []
    previous = 0
    for number in sorted({1, last, *near}):
        if number - previous > 1:
            links.append(None)
        links.append(number)
        previous = number
    return links
