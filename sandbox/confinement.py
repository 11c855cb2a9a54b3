"""What a child gives up before patched code runs: rights, limits, descriptors, environment.

The system-call filter is already on (see `syscalls.py`); here are the parts that differ from job to job.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import types
from typing import Any

from sandbox import workspace

_LIBC = ctypes.CDLL(None, use_errno=True)
_ADDRESS_ROOM = 2 << 30
"""Address space above the memory limit: threads reserve much more than they use."""
_loaded: dict[str, list[str]] = {}


def hide() -> None:
    """Make this process unreadable for its children: no /proc/1/mem, no core, no tracing."""
    _LIBC.prctl(4, 0, 0, 0, 0)


def confine(job: dict[str, Any], user: int | None) -> None:
    """Take the limits of a job, and become the attempt's own user where there is one."""
    os.setsid()
    # A process that may not be dumped may not write its own /proc either.
    _LIBC.prctl(4, 1, 0, 0, 0)
    score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    os.write(score, b"1000")
    os.close(score)
    memory = int(job["memory_bytes"])
    cpu = int(job["seconds"] * 4) + 2
    for kind, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_AS, memory + _ADDRESS_ROOM),
        (resource.RLIMIT_FSIZE, int(job["disk_bytes"])),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_NPROC, int(job["processes"])),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, 256),
    ):
        resource.setrlimit(kind, (value, value))
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _LIBC.prctl(4, 1, 0, 0, 0)
    _LIBC.prctl(38, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def remember() -> None:
    """Note which modules are loaded, by their first names, for the children to come."""
    _loaded.clear()
    for name in sys.modules:
        _loaded.setdefault(name.partition(".")[0], []).append(name)


def enter(project_files: dict[str, str]) -> None:
    """Make the project the working directory and the first place of imports."""
    os.chdir(workspace.PROJECT)
    sys.path[:] = [workspace.PROJECT, *(p for p in sys.path if p and not p.endswith("/opt/reroll"))]
    sys.argv = [""]
    own = {path.split("/", 1)[0].removesuffix(".py") for path in project_files}
    # The warm process has loaded more of the library than a fresh one: a project may use those names.
    for top in (own - set(sys.builtin_module_names)) | {"sandbox"}:
        for name in _loaded.get(top, ()):
            sys.modules.pop(name, None)
    # The supervisor is no module that a patch could import.
    sys.modules["__main__"] = types.ModuleType("__main__")
