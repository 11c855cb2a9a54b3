"""Removes what dead owners left behind: control groups, containers and folders of sandboxes."""

from __future__ import annotations

import os
from pathlib import Path

from reroll.container.cgroup import PREFIX, ROOT, remove_folder


def clean() -> list[str]:
    """Remove everything whose owner is dead, and return what was removed, in words."""
    removed = []
    for folder in sorted([*ROOT.glob(f"{PREFIX}*"), *ROOT.glob(f"*/{PREFIX}*")]):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and remove_folder(folder):
            removed.append(f"control group {folder}")
    return removed


def owner() -> str:
    """Return the mark of this process on what it makes."""
    return str(os.getpid())
