"""Removes what dead owners and earlier versions left behind: containers, groups, folders, roots and images.

Nothing is left after a normal end, an error or an interruption; this is for owners that were killed. A
sandbox ends by itself when its owner is gone, so what is found of it is mostly empty shells. Roots and images
are named by their content: those of other versions are of no more use, unless something runs in them.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from reroll.container import image
from reroll.container.bubblewrap import kept_folders
from reroll.container.cgroup import PREFIX, ROOT, remove_folder
from reroll.container.owner import LABEL, is_dead, is_orphaned
from reroll.container.runtime import cache_folder
from reroll.errors import SandboxMissing

OLD_SECONDS = 3600.0
_CACHED = re.compile(r"(?:root|supervisor|bubblewrap)-[0-9a-f]{16}")


def clean(*, older_seconds: float = OLD_SECONDS) -> list[str]:
    """Remove everything that no sandbox will use again, and return what was removed, in words.

    Args:
        older_seconds: Least age of roots and images of other versions, which may be at work beside this one.
    """
    before = time.time() - older_seconds
    return [*_of_daemon(before), *_groups(), *_folders(), *_roots(before)]


def _of_daemon(before: float) -> list[str]:
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
        return removed + image.prune(client, before=before)


def _groups() -> list[str]:
    folders = sorted([*ROOT.glob(f"{PREFIX}*"), *ROOT.glob(f"*/{PREFIX}*")])
    return [f"control group {f}" for f in folders if is_orphaned(f.name) and remove_folder(f)]


def _folders() -> list[str]:
    found = [*Path(tempfile.gettempdir()).glob("reroll-*"), *cache_folder().glob(".building-*")]
    return list(_removed(f for f in found if is_orphaned(f.name)))


def _roots(before: float) -> list[str]:
    kept, mounted = kept_folders(), _mounted()
    cached = (f for f in cache_folder().glob("*-*") if _CACHED.fullmatch(f.name))
    found = [f for f in cached if f.stat().st_ctime < before]
    return list(_removed(f for f in found if f not in kept and f.name not in mounted))


def _removed(folders: Iterable[Path]) -> Iterator[str]:
    for folder in folders:
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)
            yield f"folder {folder}"


def _mounted() -> set[str]:
    """Return the names of cached folders in which a process runs, as far as this user may see."""
    found: set[str] = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found.update(_CACHED.findall((process / "mountinfo").read_text()))
            found.update(_CACHED.findall(str((process / "exe").readlink())))
    return found
