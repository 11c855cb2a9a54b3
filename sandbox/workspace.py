"""The writable folder of an attempt: filled before it, emptied after it.

The child writes as the trusted user before it gives its rights up: the files of the project and the tests
belong to root and are readable, not writable, by the attempt, in folders with the sticky bit. Under
bubblewrap there is one user, and that protection is the tests' absence from the disk.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Mapping
from typing import Any

ROOT = "/work"
PROJECT = "/work/project"
TESTS = "/work/tests"
SHARED = "/dev/shm"
_FOLDERS = (PROJECT, TESTS, "/work/tmp")
_OPEN, _CLOSED = 0o1770, 0o750
"""Modes of folders in which an attempt may make files, and of those in which it may not."""
_GET_FLAGS = 0x80086601
_first: dict[str, tuple[Any, ...]] = {}
"""Attributes of the folders that stay, as they were before the first attempt."""
LONGEST_SCAN = 6000
"""Entries that are removed one by one; more than that and the worker is replaced instead."""


def prepare() -> None:
    """Make the empty folders of an attempt."""
    for folder in _FOLDERS:
        os.mkdir(folder)
        os.chmod(folder, _CLOSED if folder == TESTS else _OPEN)


def write(files: Mapping[str, str], folder: str) -> None:
    """Write text files below a folder, refusing every path that would leave it."""
    made = {folder}
    for path, text in files.items():
        target = os.path.normpath(os.path.join(folder, path))
        if not target.startswith(folder + "/") or target != os.path.join(folder, path):
            raise ValueError(f"Path {path!r} leaves the project")
        _make_folders(os.path.dirname(target), made)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        descriptor = os.open(target, flags, 0o640)
        try:
            view = memoryview(text.encode("utf-8", "surrogatepass"))
            while view:
                view = view[os.write(descriptor, view) :]
        finally:
            os.close(descriptor)


def _make_folders(folder: str, made: set[str]) -> None:
    if folder not in made:
        _make_folders(os.path.dirname(folder), made)
        os.mkdir(folder)
        os.chmod(folder, _CLOSED if folder.startswith(TESTS) else _OPEN)
        made.add(folder)


def wipe(user: int | None) -> str:
    """Empty the folders and make them anew; return why that is not certain, empty where it is.

    Args:
        user: The attempt's own user, whose files only it may remove; None where there is one user.
    """
    try:
        if user is not None:
            os.seteuid(user)
            try:
                for folder in (*_FOLDERS, SHARED):
                    if os.path.isdir(folder):
                        _empty(folder)
            finally:
                os.seteuid(0)
        for folder in (ROOT, SHARED):
            _empty(folder)
            if os.listdir(folder):
                return f"{folder} is not empty"
            if _attributes(folder) != _first.setdefault(folder, _attributes(folder)):
                return f"{folder} has other attributes"
            os.utime(folder)
        prepare()
    except (OSError, RecursionError) as problem:
        return f"wiping failed: {problem!r}"
    return ""


def _attributes(folder: str) -> tuple[Any, ...]:
    """Return what an owner can write on a folder itself: mode, flags and extended attributes."""
    flags, names = b"", []
    with contextlib.suppress(OSError):
        names = os.listxattr(folder)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):
            flags = fcntl.ioctl(descriptor, _GET_FLAGS, bytes(8))
        return os.fstat(descriptor).st_mode, flags, names
    finally:
        os.close(descriptor)


def _empty(folder: str) -> None:
    """Remove what this user may remove from a folder."""
    with os.scandir(folder) as entries:
        names = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
    if len(names) > LONGEST_SCAN:
        raise OSError(errno.EMLINK, "Too many entries to remove", folder)
    for path, is_folder in names:
        try:
            if is_folder:
                os.rmdir(path)
            else:
                os.unlink(path)
        except OSError:
            if is_folder:
                shutil.rmtree(path, onerror=_insist)


def _insist(function: object, path: str, _info: object) -> None:
    """Give an owner's rights back where an attempt took them away, and try once more."""
    with contextlib.suppress(OSError):
        os.chmod(path if function in (os.scandir, os.open, os.listdir) else os.path.dirname(path), 0o700)
        if not os.path.islink(path) and os.path.isdir(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
