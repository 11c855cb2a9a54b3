"""Watches patched code for the ways to reach into the process that tests it.

Python tells an audit hook of access to frames, to code objects and to the garbage collector's lists, of
tracing, of foreign functions and of files; a hook cannot be taken out again. An event counts where the code
that causes it lies where a patch can write. Programs that do such things honestly do them before the patch
too: the trusted side compares with what the bug's own source and fixes do.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from sandbox.cases import Emit

from sandbox import workspace

_ALWAYS = frozenset(
    {
        "sys._getframe", "sys._current_frames", "sys._current_exceptions", "sys.settrace", "sys.setprofile",
        "sys.addaudithook", "sys.monitoring.register_callback", "gc.get_objects", "gc.get_referrers",
        "gc.get_referents", "code.__new__", "function.__new__",
    }
)  # fmt: skip
_ATTRIBUTES = frozenset(
    {"__code__", "tb_frame", "gi_frame", "gi_code", "cr_frame", "cr_code", "ag_frame", "ag_code", "f_back"}
)
_PROGRAMS = frozenset({"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.spawn"})
"""New programs are not watched."""
_CODE = frozenset({"compile", "marshal.loads", "marshal.load"})
"""What makes code that may say that it comes from any file."""
_FILES = frozenset({"open", "os.listdir", "os.scandir", "os.link", "os.symlink", "os.rename"})
_PRIVATE = {
    workspace.TESTS: "the tests",
    "/opt/reroll": "the sandbox",
    "/dev/shm": "shared memory",
    "/proc/self": "its process",
    "/proc/1": "the first process",
    "/dev/fd": "descriptors",
}
_BESIDE_TESTS = re.compile(r"(^|/)\.\./tests(/|$)")
_TRUSTED = ("/usr/", "/lib", "/opt/", workspace.TESTS, "<frozen ", os.path.dirname(os.__file__))
"""Where code lies that is not the patch's; it can write nowhere there, but for new files among the tests."""
_SEE_THROUGH = ("/inspect.py", "/gc.py", "/ctypes/__init__.py", "/traceback.py", "/subprocess.py", "/os.py",
                "/pathlib.py", "/shutil.py", "/tokenize.py", "/linecache.py")  # fmt: skip
_HARMLESS = frozenset(
    {
        "format_exc", "print_exc", "format_exception", "print_exception", "format_exception_only",
        "format_tb", "print_tb", "extract_tb", "signature", "iscoroutinefunction", "isgeneratorfunction",
        "isasyncgenfunction", "isfunction", "ismethod", "isclass", "getdoc", "cleandoc",
    }
)  # fmt: skip
"""Functions of transparent modules that give a caller text or facts, no frames and no code."""
_IMPORTS = ("/importlib/", "<frozen importlib")
LONGEST = 40


class Audit:
    """Emits one frame for each kind of event that the project causes, while it is entered."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._seen: set[str] = set()
        self._on = False
        self._busy = False

    def __enter__(self) -> None:
        self._on = True
        sys.addaudithook(self._heard)

    def __exit__(self, *_: object) -> None:
        self._on = False

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._on or self._busy or not _matters(event, arguments):
            return
        self._busy = True
        try:
            name = _named(event, arguments) if _from_project(direct=event in _CODE) else ""
            if name and name not in self._seen and len(self._seen) < LONGEST:
                self._seen.add(name)
                self._emit({"audit": name})
        finally:
            self._busy = False


def _matters(event: str, arguments: tuple[Any, ...]) -> bool:
    """Return whether an event may be one to tell, before it costs anything to find out."""
    if event in ("object.__getattr__", "object.__setattr__"):
        return len(arguments) > 1 and arguments[1] in _ATTRIBUTES
    return (
        event in _ALWAYS
        or event in _FILES
        or event in _CODE
        or event in _PROGRAMS
        or event == "import"
        or event.startswith("ctypes.")
    )


def _named(event: str, arguments: tuple[Any, ...]) -> str:
    """Return how an event of the patch is told, empty where there is nothing to it."""
    if event.startswith("object."):
        return f"{event} {arguments[1]}"
    if event in _FILES:
        found = next(filter(None, map(_private, arguments[:2])), "")
        return f"{event} {found}" if found else ""
    if event == "compile":
        return event if str(arguments[1]).startswith(_TRUSTED) else ""
    if event == "import":
        top = str(arguments[0]).partition(".")[0]
        return f"import {top}" if top in ("_pytest", "pytest", "pluggy", "ctypes", "gc") else ""
    return event


def _private(path: object) -> str:
    """Return which private place a path leads to, empty for the others."""
    if not isinstance(path, str | bytes):
        return ""
    text = os.fsdecode(path)
    place = os.path.realpath(text)
    if place in ("/", workspace.ROOT) or _BESIDE_TESTS.search(text):
        return "above the project"
    for start in (text, place):
        for private, name in _PRIVATE.items():
            if start == private or start.startswith(f"{private}/"):
                return name
    return ""


def _from_project(*, direct: bool) -> bool:
    """Return whether the patch caused the event, itself or through a transparent module."""
    frame, called = sys._getframe(2), ""
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith(_TRUSTED):
            return called not in _HARMLESS
        through = name.endswith(_SEE_THROUGH) or any(part in name for part in _IMPORTS)
        if direct or not through:
            return False
        called = frame.f_code.co_name
        frame = frame.f_back  # type: ignore[assignment]
    return False
