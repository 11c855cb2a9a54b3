"""The `command` runner: tests of any language, through a command that writes JUnit XML or TAP.

The report is a file that the tested program could write too: what a command tells is only as good as the
command. It is read with bounds, and never followed through links, pipes or devices.
"""

from __future__ import annotations

import os
import stat
import subprocess
from typing import Any

from sandbox.cases import Emit

from sandbox import workspace

LONGEST_REPORT = 4 << 20


def run(job: dict[str, Any], emit: Emit) -> None:
    """Run the command in the project and tell its exit code and report."""
    places = {"{tests}": workspace.TESTS, "{project}": workspace.PROJECT, "{report}": job["report"]}
    arguments = list(job["command"])
    for mark, place in places.items():
        arguments = [argument.replace(mark, place) for argument in arguments]
    try:
        if job["report"]:
            code = subprocess.run(arguments, stdin=subprocess.DEVNULL, check=False).returncode
            report = _read(os.path.join(workspace.PROJECT, job["report"]))
        else:
            done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
            code, report = done.returncode, done.stdout[:LONGEST_REPORT].decode("utf-8", "replace")
            os.write(1, done.stdout[: 1 << 16])
    except OSError as problem:
        emit({"missing": f"{arguments[0]}: {problem.strerror}"})
        return
    emit({"code": code, "report": report})


def _read(path: str) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        return os.read(descriptor, LONGEST_REPORT).decode("utf-8", "replace")
    finally:
        os.close(descriptor)
