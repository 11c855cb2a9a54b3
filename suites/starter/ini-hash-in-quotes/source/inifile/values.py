"""Values of settings: numbers, switches and text, which may be quoted."""

import re

Value = str | int | bool

_ESCAPE = re.compile(r"\\(.)")


def read_value(text: str) -> Value:
    """Return the value that a text means."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return _ESCAPE.sub(r"\1", text[1:-1])
    if text.lower() in ("yes", "no"):
        return text.lower() == "yes"
    if re.fullmatch(r"[+-]?\d+", text):
        return int(text)
    return text
