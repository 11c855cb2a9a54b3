"""The `command` runner: tests of any language, through a command that writes JUnit XML or TAP.

The report is a file or a stream that the tested program could write too: what a command tells is only as good
as the command, and the trusted side runs changed tests to find out. The report is read when the command and
all that it started have ended, with bounds, and never through links, pipes or devices.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
from typing import Any

from sandbox.cases import Emit

from sandbox import confinement, workspace

LONGEST_REPORT = 4 << 20
LONGEST_SHOWN = 1 << 16


def run(job: dict[str, Any], emit: Emit) -> None:
    """Run the command in the project and tell its exit code and report."""
    places = {"{tests}": workspace.TESTS, "{project}": workspace.PROJECT, "{report}": job["report"]}
    arguments = list(job["command"])
    for mark, place in places.items():
        arguments = [argument.replace(mark, place) for argument in arguments]
    # The command runs under the same user, and could read and write this process.
    confinement.hide()
    said = os.memfd_create("report")
    path = os.path.join(workspace.PROJECT, job["report"]) if job["report"] else ""
    if path:
        with contextlib.suppress(OSError):
            os.unlink(path)
    try:
        done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=None if path else said, check=False)
    except OSError as problem:
        emit({"missing": f"{arguments[0]}: {problem.strerror}"})
        return
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)
    report = _read(path) if path else os.pread(said, LONGEST_REPORT, 0)
    if not path:
        os.write(1, report[:LONGEST_SHOWN])
    emit({"code": done.returncode, "report": report.decode("utf-8", "replace")})


def _read(path: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b""
    try:
        return os.read(descriptor, LONGEST_REPORT) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    finally:
        os.close(descriptor)
