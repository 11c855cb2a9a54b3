"""Text layout for receipts."""


def wrap(text: str, width: int) -> list[str]:
    """Break text into lines of at most `width` characters, at spaces; a longer word has a line of its own."""
    if not text.strip():
        return []
    lines = []
    line = ""
    for word in text.split():
        if len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    return lines


def price_line(name: str, price: str, width: int) -> list[str]:
    """Return the lines of an item, with its price at the right end of the last one."""
    lines = wrap(name, width - len(price) - 1) or [""]
    return [*lines[:-1], lines[-1] + price.rjust(width - len(lines[-1]))]
