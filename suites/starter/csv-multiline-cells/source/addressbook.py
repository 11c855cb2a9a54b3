"""Import of exported address books (CSV with a header line)."""


def split_cells(line: str) -> list[str]:
    """Split one record into cells; a cell may be quoted, with `""` for a quote in it."""
    cells, cell, quoted = [], "", False
    position = 0
    while position < len(line):
        char = line[position]
        if quoted:
            if char == '"' and line[position + 1 : position + 2] == '"':
                cell += '"'
                position += 1
            elif char == '"':
                quoted = False
            else:
                cell += char
        elif char == '"' and not cell:
            quoted = True
        elif char == ",":
            cells.append(cell)
            cell = ""
        else:
            cell += char
        position += 1
    cells.append(cell if not quoted else '"' + cell)
    return cells


def parse_table(text: str) -> list[dict[str, str]]:
    """Return the records below the header line as dictionaries; blank lines between records are skipped.

    A record with fewer cells than the header lacks the last columns.
    """
    lines = [line for line in text.splitlines() if line]
    if not lines:
        return []
    header = split_cells(lines[0])
    return [dict(zip(header, split_cells(line))) for line in lines[1:]]
