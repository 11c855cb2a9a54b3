"""The first program under bubblewrap: uses the rights that it starts with, becomes the supervisor without.

It bounds the number of files of the writable folders and makes the kernel's settings read-only, which needs
the right to mount in its own namespace; Docker does both from outside. Then it enters a user namespace in
which it is nobody special, and executes the supervisor there: a process that was executed by the root of its
namespace would show some of its state to its children, whatever it says about dumps.
"""

from __future__ import annotations

import ctypes
import os
import sys

_LIBC = ctypes.CDLL(None, use_errno=True)
_READ_ONLY, _NO_SET_USER, _NO_DEVICES, _NO_PROGRAMS, _AGAIN, _BIND = 1, 2, 4, 8, 32, 4096
_NEW_USER = 0x10000000
_MOST_FILES = 8192
_SETTINGS = ("/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/sysrq-trigger")
"""What the owner of the sandbox's namespaces could otherwise change there: an attempt has the same user."""
_HIDDEN = ("/proc/kcore", "/proc/keys", "/proc/timer_list")
USER = 1000


def main() -> None:
    """Prepare the folders, drop all rights, and execute the supervisor."""
    for folder in ("/work", "/dev/shm"):
        found = os.statvfs(folder)
        size = found.f_blocks * found.f_frsize
        data = f"size={size},nr_inodes={_MOST_FILES},mode=0755".encode()
        flags = _NO_SET_USER | _NO_DEVICES
        _check(_LIBC.mount(b"tmpfs", folder.encode(), b"tmpfs", flags, data), f"mount {folder}")
    os.chmod("/dev/shm", 0o1777)
    for place in filter(os.path.exists, _SETTINGS):
        _bind(place, place, _READ_ONLY | _NO_SET_USER | _NO_DEVICES | _NO_PROGRAMS)
    for place in filter(os.path.exists, _HIDDEN):
        _bind("/dev/null", place, 0)
    os.chdir("/work")
    _check(_LIBC.unshare(_NEW_USER), "unshare")
    for file, text in (("setgroups", "deny"), ("uid_map", f"{USER} 0 1"), ("gid_map", f"{USER} 0 1")):
        with open(f"/proc/self/{file}", "w", encoding="ascii") as target:
            target.write(text)
    supervisor = os.path.join(os.path.dirname(os.path.abspath(__file__)), "supervisor.py")
    os.execv(sys.executable, [sys.executable, "-s", "-B", supervisor, "-"])


def _bind(what: str, place: str, flags: int) -> None:
    _check(_LIBC.mount(what.encode(), place.encode(), None, _BIND, None), f"bind {place}")
    if flags:
        _check(_LIBC.mount(None, place.encode(), None, _BIND | _AGAIN | flags, None), f"remount {place}")


def _check(code: int, what: str) -> None:
    if code:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main()
