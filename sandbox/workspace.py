"""The writable folder of an attempt: filled before it, emptied after it.

The child writes as the trusted user before it gives its rights up: the files of the project and the tests
belong to root and are readable, not writable, by the attempt, in folders with the sticky bit. Under
bubblewrap there is one user, and that protection is the tests' absence from the disk.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from collections.abc import Mapping

ROOT = "/work"
PROJECT = "/work/project"
TESTS = "/work/tests"
_FOLDERS = (PROJECT, TESTS, "/work/tmp")
LONGEST_SCAN = 6000
"""Entries that are removed one by one; more than that and the worker is replaced instead."""


def prepare() -> None:
    """Make the empty folders of an attempt."""
    for folder in _FOLDERS:
        os.mkdir(folder)
        os.chmod(folder, 0o1770)


def write(files: Mapping[str, str], folder: str) -> None:
    """Write text files below a folder, refusing every path that would leave it."""
    made = {folder}
    for path, text in files.items():
        target = os.path.normpath(os.path.join(folder, path))
        if not target.startswith(folder + "/") or target != os.path.join(folder, path):
            raise ValueError(f"Path {path!r} leaves the project")
        parent = os.path.dirname(target)
        if parent not in made:
            os.makedirs(parent, mode=0o1770, exist_ok=True)
            made.add(parent)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        descriptor = os.open(target, flags, 0o640)
        try:
            view = memoryview(text.encode("utf-8", "surrogatepass"))
            while view:
                view = view[os.write(descriptor, view) :]
        finally:
            os.close(descriptor)


def wipe(user: int | None) -> bool:
    """Empty the folders and make them anew; return whether that is certain.

    Args:
        user: The attempt's own user, whose files only it may remove; None where there is one user.
    """
    try:
        if user is not None:
            os.seteuid(user)
            try:
                for folder in _FOLDERS:
                    _empty(folder, strict=False)
            finally:
                os.seteuid(0)
        for folder in (ROOT, "/dev/shm"):
            _empty(folder, strict=True)
        prepare()
    except (OSError, RecursionError) as problem:
        print(f"wipe: {problem!r}", file=sys.stderr)
        return False
    return True


def _empty(folder: str, *, strict: bool) -> None:
    with os.scandir(folder) as entries:
        names = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    if len(names) > LONGEST_SCAN:
        raise OSError(errno.EMLINK, "Too many entries to remove", folder)
    for name, is_folder in names:
        path = os.path.join(folder, name)
        try:
            if is_folder:
                _remove(path)
            else:
                os.unlink(path)
        except OSError:
            if strict:
                raise


def _remove(path: str) -> None:
    try:
        os.rmdir(path)
    except OSError:
        shutil.rmtree(path, onerror=_insist)


def _insist(_function: object, path: str, _info: object) -> None:
    # An attempt may take the rights away from its own folders; their owner may give them back.
    for target in (os.path.dirname(path), path):
        if stat.S_ISDIR(os.lstat(target).st_mode):
            os.chmod(target, 0o700)
    if stat.S_ISDIR(os.lstat(path).st_mode):
        shutil.rmtree(path)
    else:
        os.unlink(path)
