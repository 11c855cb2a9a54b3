"""The system-call filter: what a confined process may ask of the kernel, as a BPF program.

One list of refusals (`EPERM`), a few calls that are allowed with certain arguments only, and `ENOSYS` for all
that the kernel gained since: a call that nobody has looked at is not offered. Foreign architectures are
killed. The filter is installed once, in the supervisor, and every child inherits it.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import struct

_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _JUMP_EQUAL, _JUMP_GREATER, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_NEW_NAMESPACES = 0x7E020080
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWTIME."""
_FAMILIES = (1, 2, 10)
"""AF_UNIX, AF_INET, AF_INET6: no netlink, packet, vsock, algorithm or Bluetooth sockets."""

_REFUSED = {
    "x86_64": """
        ptrace=101 process_vm_readv=310 process_vm_writev=311 kcmp=312 add_key=248 request_key=249
        keyctl=250 bpf=321 perf_event_open=298 userfaultfd=323 fanotify_init=300 fanotify_mark=301
        mount=165 umount2=166 pivot_root=155 chroot=161 setns=308 unshare=272 swapon=167 swapoff=168
        reboot=169 sethostname=170 setdomainname=171 init_module=175 delete_module=176
        finit_module=313 kexec_load=246 kexec_file_load=320 create_module=174 get_kernel_syms=177
        query_module=178 quotactl=179 nfsservctl=180 acct=163 syslog=103 vhangup=153
        settimeofday=164 clock_settime=227 adjtimex=159 clock_adjtime=305 iopl=172 ioperm=173
        modify_ldt=154 lookup_dcookie=212 uselib=134 ustat=136 _sysctl=156 personality=135
        name_to_handle_at=303 open_by_handle_at=304 shmget=29 shmat=30 shmctl=31 shmdt=67 semget=64
        semop=65 semctl=66 semtimedop=220 msgget=68 msgsnd=69 msgrcv=70 msgctl=71 mq_open=240
        mq_unlink=241 mq_timedsend=242 mq_timedreceive=243 mq_notify=244 mq_getsetattr=245
        move_pages=279 migrate_pages=256 mbind=237 set_mempolicy=238 setpriority=141 ioprio_set=251
        vmsplice=278 io_setup=206 remap_file_pages=216
    """,
    "aarch64": """
        ptrace=117 process_vm_readv=270 process_vm_writev=271 kcmp=272 add_key=217 request_key=218
        keyctl=219 bpf=280 perf_event_open=241 userfaultfd=282 fanotify_init=262 fanotify_mark=263
        mount=40 umount2=39 pivot_root=41 chroot=51 setns=268 unshare=97 swapon=224 swapoff=225
        reboot=142 sethostname=161 setdomainname=162 init_module=105 delete_module=106
        finit_module=273 kexec_load=104 kexec_file_load=294 quotactl=60 nfsservctl=42 acct=89
        syslog=116 vhangup=58 settimeofday=170 clock_settime=112 adjtimex=171 clock_adjtime=266
        lookup_dcookie=18 personality=92 name_to_handle_at=264 open_by_handle_at=265 shmget=194
        shmctl=195 shmat=196 shmdt=197 semget=190 semctl=191 semtimedop=192 semop=193 msgget=186
        msgctl=187 msgrcv=188 msgsnd=189 mq_open=180 mq_unlink=181 mq_timedsend=182
        mq_timedreceive=183 mq_notify=184 mq_getsetattr=185 move_pages=239 migrate_pages=238
        mbind=235 set_mempolicy=237 setpriority=140 ioprio_set=30 vmsplice=75 io_setup=0
        remap_file_pages=234
    """,
}
"""System calls that are never allowed, by name and number."""
_ARGUMENT_CHECKED = {
    # clone, socket, socketpair, prlimit64, then calls whose first argument must be 0 (the caller itself)
    "x86_64": (56, (41, 53), (302, 142, 144, 203, 314)),
    "aarch64": (220, (198, 199), (261, 118, 119, 122, 274)),
}
_TOKENS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_LAST_CLASSIC = {"x86_64": 334, "aarch64": 294}
_MODERN = (424, 434, 436, 437, 439, 441, 449)
"""pidfd_send_signal, pidfd_open, close_range, openat2, faccessat2, epoll_pwait2, futex_waitv."""


@functools.cache
def program(machine: str) -> bytes:
    """Return the filter as a BPF program for a machine architecture.

    Raises:
        KeyError: No table of system calls exists for the architecture.
    """
    refused = sorted(int(entry.partition("=")[2]) for entry in _REFUSED[machine].split())
    clone, sockets, own_only = _ARGUMENT_CHECKED[machine]
    lines = [
        _line(_LOAD, _ARCHITECTURE),
        _line(_JUMP_EQUAL, _TOKENS[machine], 1, 0),
        _line(_RETURN, _KILL),
        _line(_LOAD, _NUMBER),
    ]
    for number in refused:
        lines += [_line(_JUMP_EQUAL, number, 0, 1), _refuse(errno.EPERM)]
    for number in _MODERN:
        lines += [_line(_JUMP_EQUAL, number, 0, 1), _line(_RETURN, _ALLOW)]
    lines += [_line(_JUMP_GREATER, _LAST_CLASSIC[machine] + 1, 0, 1), _refuse(errno.ENOSYS)]
    lines += [
        _line(_JUMP_EQUAL, clone, 0, 4),
        _line(_LOAD, _ARGUMENTS),
        _line(_JUMP_SET, _NEW_NAMESPACES, 0, 1),
        _refuse(errno.EPERM),
        _line(_RETURN, _ALLOW),
    ]
    for number in sockets:
        lines += [_line(_JUMP_EQUAL, number, 0, 3 + len(_FAMILIES)), _line(_LOAD, _ARGUMENTS)]
        lines += [_line(_JUMP_EQUAL, f, len(_FAMILIES) - i, 0) for i, f in enumerate(_FAMILIES)]
        lines += [_refuse(errno.EAFNOSUPPORT), _line(_RETURN, _ALLOW)]
    for number in own_only:
        lines += [
            _line(_JUMP_EQUAL, number, 0, 4),
            _line(_LOAD, _ARGUMENTS),
            _line(_JUMP_EQUAL, 0, 1, 0),
            _refuse(errno.EPERM),
            _line(_RETURN, _ALLOW),
        ]
    lines.append(_line(_RETURN, _ALLOW))
    return b"".join(lines)


def _line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _refuse(number: int) -> bytes:
    return _line(_RETURN, _ERRNO | number)


def install() -> None:
    """Put the filter on this process and all its later children.

    Raises:
        OSError: The kernel refuses the filter, or the architecture is unknown.
    """
    machine = os.uname().machine
    if machine not in _REFUSED:
        raise OSError(errno.ENOSYS, f"No system-call filter for the architecture {machine!r}")
    text = program(machine)
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(text, len(text))
    header = struct.pack("@HxxxxxxQ", len(text) // 8, ctypes.addressof(buffer))
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, header, 0, 0):
        raise OSError(ctypes.get_errno(), "The kernel refuses the system-call filter")
