"""Run a command that must not outlive reroll: `python guard.py COMMAND…`, with a pipe as standard input.

The pipe's other end is held by reroll alone. When it closes, because reroll closed it or died of whatever
cause, the command's whole process group is asked to end, and killed if it has not within ten seconds. Should
the guard itself be killed, the kernel ends the command. Standard library only: it starts in a moment.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 10.0
LOOK_SECONDS = 0.2


def die_with_parent() -> None:
    """Ask the kernel, where it is Linux, to end this process when the guard dies."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end(group: int) -> None:
    """End a process group, first politely."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(group, os.WNOHANG)
            os.killpg(group, 0)  # raises when nobody is left
            time.sleep(LOOK_SECONDS)
        os.killpg(group, signal.SIGKILL)


def main(command: list[str]) -> int:
    """Run the command until it ends or the pipe closes; return its exit status."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the pipe decides
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_prepare,  # noqa: PLW1509  # one thread
    )
    while child.poll() is None:
        readable, _, _ = select.select([0], [], [], LOOK_SECONDS)
        if readable and not os.read(0, 4096):
            break
    end(child.pid)
    return child.wait()


def _prepare() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    die_with_parent()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
