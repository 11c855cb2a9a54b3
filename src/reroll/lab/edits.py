"""One line edit, applied to and recovered from a small file: what generators and trainers handle by the
million.

The format is the `lines` format of `reroll.patch`, of which this is the single-edit core without diagnostics:
`N|text` replaces line N, `N+|text` inserts before it, `N.|text` replaces line N to the end of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_EDIT = re.compile(r"(\d+)([+.]?)\|(.*)")


def amend(lines: Sequence[str], edit: str) -> tuple[str, ...] | None:
    """Return the lines after one edit, or None where it does not apply or changes nothing."""
    match = _EDIT.fullmatch(edit.strip())
    if match is None:
        return None
    number, kind, text = int(match[1]), match[2], match[3].strip()
    if not 1 <= number <= len(lines) or not text:
        return None
    old = lines[number - 1]
    line = old[: len(old) - len(old.lstrip())] + text
    after = {"": number, "+": number - 1, ".": len(lines)}[kind]
    amended = (*lines[: number - 1], line, *lines[after:])
    return None if amended == tuple(lines) else amended


def recover(before: Sequence[str], after: Sequence[str]) -> str | None:
    """Return the shortest single edit that turns `before` into `after`, or None where one is not enough."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    removed, added = len(before) - head - tail, after[head : len(after) - tail]
    if len(added) != 1:
        return None
    if removed == 1:
        return f"{head + 1}|{added[0].strip()}"
    if removed == 0:
        return f"{head + 1}+|{added[0].strip()}"
    return f"{head + 1}.|{added[0].strip()}" if tail == 0 else None
