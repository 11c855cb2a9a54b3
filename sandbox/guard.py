"""Keeps what the patch may have written out of the tests' half of a split process.

Both halves may share a user and always share a disk, so the tests' half takes no code from there: no module,
no pickle, no string that a test would compile. The tests' own data files are not on the disk at all while the
patch runs; here they are read from memory, and every other way to open them is refused. A bug whose tests
need more than that cannot be split, which shows with trusted code.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Mapping
from typing import Any

from sandbox import workspace

_CODE = (".py", ".pyc", ".so", ".pth", ".zip", ".egg")
_NEVER = frozenset({"pickle.find_class", "ctypes.dlopen"})
_NOT_FOR_TESTS = frozenset({"compile", "marshal.loads", "marshal.load", "code.__new__"})


class Refused(PermissionError):
    """The tests' half would take code or data from where the patch can write."""


def install(data: Mapping[str, str]) -> None:
    """Forbid code from the disk to this process, and serve the tests' data files from memory.

    Args:
        data: Text of each data file, by path below the tests' folder.
    """
    sys.path[:] = [path for path in sys.path if not path.startswith(workspace.ROOT)]
    sys.path_importer_cache.clear()
    kept = {f"{workspace.TESTS}/{path}": _kept(text) for path, text in data.items()}
    if kept:
        _serve(kept)
    sys.addaudithook(_Watch(frozenset(kept)))


def _kept(text: str) -> int:
    descriptor = os.memfd_create("data")
    view = memoryview(text.encode("utf-8", "surrogatepass"))
    while view:
        view = view[os.write(descriptor, view) :]
    return descriptor


def _serve(kept: Mapping[str, int]) -> None:
    """Open data files where they are kept, by the ordinary functions."""
    ordinary = io.open

    def opened(file: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        descriptor = kept.get(_place(file)) if set(mode) <= set("rbtU") else None
        return ordinary(file if descriptor is None else f"/proc/self/fd/{descriptor}", mode, *rest, **options)

    builtins.open = io.open = opened


def _place(file: Any) -> str:
    try:
        path = os.fsdecode(file)
    except TypeError:
        return ""
    return os.path.normpath(os.path.join(os.getcwd(), path))


class _Watch:
    """An audit hook that refuses; hooks cannot be taken out again."""

    def __init__(self, served: frozenset[str]) -> None:
        self._served = served

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            place = _place(arguments[0])
            if place in self._served or (place.startswith(workspace.ROOT) and place.endswith(_CODE)):
                raise Refused(f"{place} is not read here")
        elif event == "import":
            if arguments[1] and str(arguments[1]).startswith(workspace.ROOT):
                raise Refused(f"{arguments[1]} is not loaded here")
        elif event in _NEVER or (event in _NOT_FOR_TESTS and _from_tests()):
            raise Refused(f"{event} is not done here")


def _from_tests() -> bool:
    """Return whether test code itself caused an event."""
    return sys._getframe(2).f_code.co_filename.startswith(workspace.ROOT)
