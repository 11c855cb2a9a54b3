"""Namespaces of an attempt's own, the stricter mode of bubblewrap: what one attempt leaves no other meets.

The child of the supervisor enters new user, process, mount and message namespaces. The first process in them
mounts empty folders and waits; its child becomes the attempt. When the first process ends, the kernel ends
all others in there, and the folders are gone with them. Where namespaces are the worker's, nothing is done.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
from typing import NoReturn

from sandbox import confinement, syscalls, workspace

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW = 0x00020000 | 0x08000000 | 0x10000000 | 0x20000000
"""CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER and CLONE_NEWPID."""
_READ_ONLY, _NO_SET_USER, _NO_DEVICES, _NO_PROGRAMS, _AGAIN, _BIND = 1, 2, 4, 8, 32, 4096
_RECURSIVE, _PRIVATE = 16384, 1 << 18
_PLAIN = _NO_SET_USER | _NO_DEVICES
_MOST_FILES = 8192
_SHARED_BYTES = 16 << 20
_SETTINGS = ("/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/sysrq-trigger")
"""What the owner of namespaces could otherwise change there: an attempt has the same user."""
_HIDDEN = ("/proc/kcore", "/proc/keys", "/proc/timer_list")
_LAST_CAPABILITY = 63


def enter(closing: tuple[int, ...], *, disk_bytes: int) -> None:
    """Become a process in namespaces of its own; the calling process waits for it and ends as it ended.

    Args:
        closing: Descriptors that the processes that wait have no use for.
        disk_bytes: Size of the folder of the attempt.
    """
    _LIBC.prctl(4, 1, 0, 0, 0)
    user, group = os.getuid(), os.getgid()
    check(_LIBC.unshare(_NEW), "unshare")
    for file, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{file}", "w", encoding="ascii") as target:
            target.write(text)
    reader, writer = os.pipe()
    if first := os.fork():
        _end_like(first, reader, (writer, *closing))
    os.close(reader)
    _mount(disk_bytes)
    # Before there is an attempt: it may run before the process that made it does.
    confinement.hide()
    if attempt := os.fork():
        _be_first(attempt, writer, closing)
    os.close(writer)


def _end_like(first: int, reader: int, closing: tuple[int, ...]) -> NoReturn:
    """Wait for the first process in the namespaces, and end as the attempt did."""
    for descriptor in closing:
        os.close(descriptor)
    told = os.read(reader, 4)
    os.waitpid(first, 0)
    code = os.waitstatus_to_exitcode(struct.unpack("=I", told)[0]) if len(told) == 4 else -signal.SIGKILL
    if code < 0:
        signal.signal(-code, signal.SIG_DFL) if -code not in (signal.SIGKILL, signal.SIGSTOP) else None
        os.kill(os.getpid(), -code)
    os._exit(max(code, 0))


def _be_first(attempt: int, writer: int, closing: tuple[int, ...]) -> NoReturn:
    """Be the first process of the namespaces: collect the others until the attempt has ended."""
    for descriptor in closing:
        os.close(descriptor)
    seal()
    while True:
        process, status = os.wait()
        if process == attempt:
            os.write(writer, struct.pack("=I", status))
            os._exit(0)


def _mount(disk_bytes: int) -> None:
    """Mount what an attempt may write, and a list of processes that holds its own alone."""
    check(_LIBC.mount(None, b"/", None, _RECURSIVE | _PRIVATE, None), "make the mounts private")
    bounded_folder(workspace.ROOT, disk_bytes)
    bounded_folder(workspace.SHARED, _SHARED_BYTES)
    os.chmod(workspace.SHARED, 0o1777)
    check(_LIBC.mount(b"proc", b"/proc", b"proc", _PLAIN | _NO_PROGRAMS, None), "mount /proc")
    close_settings()
    os.chdir(workspace.ROOT)
    workspace.prepare()


def bounded_folder(folder: str, size: int) -> None:
    """Mount an empty folder that is bounded in bytes and files."""
    data = f"size={size},nr_inodes={_MOST_FILES},mode=0755".encode()
    check(_LIBC.mount(b"tmpfs", folder.encode(), b"tmpfs", _PLAIN, data), f"mount {folder}")


def close_settings() -> None:
    """Make the kernel's settings read-only, and hide what tells of the machine."""
    for place in filter(os.path.exists, _SETTINGS):
        read_only(place, _NO_PROGRAMS)
    for place in filter(os.path.exists, _HIDDEN):
        check(_LIBC.mount(b"/dev/null", place.encode(), None, _BIND, None), f"hide {place}")


def read_only(place: str, flags: int = 0) -> None:
    """Make what lies below a path read-only."""
    check(_LIBC.mount(place.encode(), place.encode(), None, _BIND, None), f"bind {place}")
    flags |= _BIND | _AGAIN | _READ_ONLY | _PLAIN
    check(_LIBC.mount(None, place.encode(), None, flags, None), f"make {place} read-only")


def seal() -> None:
    """Give every right in the namespaces up, for good."""
    for capability in range(_LAST_CAPABILITY + 1):
        _LIBC.prctl(24, capability, 0, 0, 0)
    header = struct.pack("=Ii", 0x20080522, 0)
    check(_LIBC.capset(header, bytes(24)), "capset")
    syscalls.install()


def check(code: int, what: str) -> None:
    """Raise where a call of the C library failed."""
    if code:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")
