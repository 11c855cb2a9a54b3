"""Marks of ownership on what a sandbox makes outside this process, so that a dead owner's can be found."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

LABEL = "reroll.owner"
"""Label of containers: machine, process and the time when that process started."""
_NAME = re.compile(r"(?:\.building-|reroll-)(\d+)-(?:(\d+)-)?")


def started(process: int) -> str:
    """Return when a process started, in clock ticks since boot; empty where there is none."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def mark() -> str:
    """Return the mark of this process."""
    return f"{platform.node()}:{os.getpid()}:{started(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Return whether the process of a mark has certainly ended; False for other machines' processes."""
    node, _, rest = owner.rpartition(":")[0].rpartition(":")
    begun = owner.rpartition(":")[2]
    return node == platform.node() and rest.isdigit() and started(int(rest)) != begun


def prefix(start: str = "reroll-") -> str:
    """Return how the names of folders begin that this process makes outside: with its number and its time."""
    return f"{start}{os.getpid()}-{started(os.getpid())}-"


def is_orphaned(name: str) -> bool:
    """Return whether a name begins as those of a process that has ended."""
    found = _NAME.match(name)
    if found is None:
        return False
    begun = started(int(found.group(1)))
    return not begun or begun != (found.group(2) or begun)
