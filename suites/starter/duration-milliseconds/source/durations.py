"""Durations in configuration files, such as `1h30m`."""

import re

SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}

_PART = re.compile(r"(\d+(?:\.\d+)?)(d|h|m|s|ms)")


def parse_duration(text: str) -> float:
    """Return the seconds of a duration; units may be combined, white space around it is ignored."""
    total, position = 0.0, 0
    text = text.strip().lower()
    while position < len(text):
        match = _PART.match(text, position)
        if match is None:
            break
        total += float(match[1]) * SECONDS[match[2]]
        position = match.end()
    if not text or position < len(text):
        raise ValueError(f"Not a duration: {text!r}")
    return total


def format_duration(seconds: float) -> str:
    """Return a duration in the two largest units that it has, such as `1h30m`."""
    parts = []
    rest = round(seconds * 1000)
    for unit in ("d", "h", "m", "s", "ms"):
        count, rest = divmod(rest, round(SECONDS[unit] * 1000))
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts[:2]) or "0s"
