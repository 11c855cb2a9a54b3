"""Removes what dead owners left behind: containers, control groups and temporary folders of sandboxes.

Nothing is left after a normal end, an error or an interruption; this is for owners that were killed. A
sandbox ends by itself when its owner is gone, so what is found here is mostly empty shells.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from pathlib import Path

from reroll.container.cgroup import PREFIX, ROOT, remove_folder
from reroll.container.owner import LABEL, is_dead
from reroll.container.runtime import cache_folder
from reroll.errors import SandboxMissing


def clean() -> list[str]:
    """Remove everything of sandboxes whose owner is dead, and return what was removed, in words."""
    return [*_containers(), *_groups(), *_folders()]


def _containers() -> list[str]:
    from docker.errors import APIError

    from reroll.container.docker import connect

    try:
        client = connect()
    except SandboxMissing:
        return []
    removed = []
    with contextlib.closing(client):
        for container in client.containers.list(all=True, filters={"label": LABEL}, ignore_removed=True):
            if is_dead(container.labels.get(LABEL, "")):
                with contextlib.suppress(APIError):
                    container.remove(force=True)
                    removed.append(f"container {container.short_id}")
    return removed


def _groups() -> list[str]:
    folders = sorted([*ROOT.glob(f"{PREFIX}*"), *ROOT.glob(f"*/{PREFIX}*")])
    return [f"control group {f}" for f in folders if _orphaned(f.name) and remove_folder(f)]


def _folders() -> list[str]:
    removed = []
    for folder in Path(tempfile.gettempdir()).glob("reroll-*"):
        if folder.is_dir() and not folder.is_symlink() and _orphaned(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(f"folder {folder}")
    for folder in cache_folder().glob(".building-*"):
        if _orphaned(folder.name.removeprefix(".building-")):
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(f"folder {folder}")
    return removed


def _orphaned(name: str) -> bool:
    """Return whether a name carries the number of a process that has ended."""
    found = re.match(r"(?:reroll-)?(\d+)-", name)
    return found is not None and not Path(f"/proc/{found.group(1)}").exists()
