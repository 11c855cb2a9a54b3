"""The floor of `benchmarks/sandbox.py`: the sandbox's own pytest session, forked without any isolation.

Reads one JSON job a line, answers one JSON line with the outcomes. Only ever given the benchmark's own code.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])
from sandbox import workspace  # noqa: E402 - the folder is no installed package

HOME = Path(tempfile.mkdtemp(prefix="floor-"))
workspace.PROJECT, workspace.TESTS = str(HOME / "project"), str(HOME / "tests")


def main() -> None:
    """Serve jobs until standard input ends."""
    from sandbox import session

    for folder in (workspace.PROJECT, workspace.TESTS):
        os.mkdir(folder)
    os.chdir(HOME)
    session.warm()
    answers = os.dup(1)
    os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
    try:
        for line in sys.stdin:
            serve(json.loads(line), answers)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)


def serve(job: dict[str, object], answers: int) -> None:
    """Run one job in a forked child."""
    from sandbox import session

    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        told: dict[str, str] = {}
        workspace.write(job["files"], workspace.PROJECT)  # type: ignore[arg-type]
        workspace.write(dict.fromkeys(job["tests"], ""), workspace.TESTS)  # type: ignore[call-overload]
        os.chdir(workspace.PROJECT)
        sys.path.insert(0, workspace.PROJECT)
        runner = session.prepare if "variants" in job else session.run
        variants: list[object] = []

        def emit(frame: dict[str, object]) -> None:
            variants.extend(frame.get("variants", ()))  # type: ignore[call-overload]
            if "test" in frame:
                told[str(frame["test"])] = str(frame["outcome"])

        runner(job, emit)
        os.write(writer, json.dumps({"told": told, "variants": variants}).encode())
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
