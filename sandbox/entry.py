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

if __name__ == "__main__":
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from sandbox import namespaces

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_USER = 0x10000000
USER = 1000


def main() -> None:
    """Prepare the folders, drop all rights, and execute the supervisor."""
    isolation = sys.argv[1]
    for folder in ("/work", "/dev/shm"):
        found = os.statvfs(folder)
        namespaces.bounded_folder(folder, found.f_blocks * found.f_frsize)
    os.chmod("/dev/shm", 0o1777)
    if isolation == "worker":
        # With namespaces of its own an attempt does so, and may mount /proc only where this one is whole.
        namespaces.close_settings()
    os.chdir("/work")
    namespaces.check(_LIBC.unshare(_NEW_USER), "unshare")
    for file, text in (("setgroups", "deny"), ("uid_map", f"{USER} 0 1"), ("gid_map", f"{USER} 0 1")):
        with open(f"/proc/self/{file}", "w", encoding="ascii") as target:
            target.write(text)
    supervisor = os.path.join(os.path.dirname(os.path.abspath(__file__)), "supervisor.py")
    os.execv(sys.executable, [sys.executable, "-s", "-B", supervisor, "-", "-", isolation])


if __name__ == "__main__":
    main()
