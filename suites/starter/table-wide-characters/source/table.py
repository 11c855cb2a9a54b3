"""Plain-text tables for the terminal."""

from collections.abc import Sequence


def render(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Return a table; the columns whose numbers are in `right` are aligned to the right.

    No line ends with blanks.
    """
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows)]
    lines = [_line(header, widths, right)]
    lines.append("-+-".join("-" * width for width in widths))
    lines.extend(_line(row, widths, right) for row in rows)
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if index in right else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(cells, widths))
    ]
    return " | ".join(padded).rstrip()
