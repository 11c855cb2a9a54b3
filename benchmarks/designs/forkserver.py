"""The floor of the comparison: the sandbox's own runners, forked without any isolation.

Reads one JSON job a line, answers one JSON line with the runner's frames. Only ever given the benchmark's
own code.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[2])
from sandbox import cases, workspace  # noqa: E402 - the folder is no installed package

HOME = Path(tempfile.mkdtemp(prefix="floor-"))
workspace.ROOT = str(HOME)
workspace.PROJECT, workspace.TESTS = str(HOME / "project"), str(HOME / "tests")
RUNNERS: dict[str, Any] = {"cases": cases.run}


def main() -> None:
    """Serve jobs until standard input ends."""
    for folder in (workspace.PROJECT, workspace.TESTS):
        os.mkdir(folder)
    os.chdir(HOME)
    answers = os.dup(1)
    os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
    try:
        for line in sys.stdin:
            job = json.loads(line)
            if job["runner"] not in RUNNERS:
                load()
            serve(job, answers)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)


def load() -> None:
    """Load pytest once it is needed, as the supervisor does."""
    from sandbox import lite, session

    session.warm()
    RUNNERS.update(pytest=session.run, prepare=session.prepare, lite=lite.run)
    gc.collect()
    gc.freeze()


def serve(job: dict[str, Any], answers: int) -> None:
    """Run one job in a forked child."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        workspace.write(job["files"], workspace.PROJECT)
        workspace.write(dict.fromkeys(job["tests"], ""), workspace.TESTS)
        os.chdir(workspace.PROJECT)
        sys.path.insert(0, workspace.PROJECT)
        frames: list[dict[str, Any]] = []
        RUNNERS[job["runner"]](job, frames.append)
        data = json.dumps({"frames": frames}).encode()
        while data:
            data = data[os.write(writer, data) :]
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as file:
        answer = file.read()
    os.waitpid(child, 0)
    for folder in (workspace.PROJECT, workspace.TESTS):
        shutil.rmtree(folder)
        os.mkdir(folder)
    os.write(answers, answer + b"\n")


if __name__ == "__main__":
    main()
