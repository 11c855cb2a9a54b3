"""The `fresh` runner: confirms a claimed pass in a new interpreter with ordinary pytest.

The child becomes a new Python with another hash seed, which loads pytest anew and reads its job from a file
without a name. Nothing of the warm session is left, so that what only holds there does not hold here.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

if __name__ == "__main__":
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path.append(os.path.join(sys.path[0], "packages"))

from sandbox.cases import Emit

from sandbox import confinement


def run(job: dict[str, Any], _emit: Emit) -> None:
    """Become a new interpreter that runs the job."""
    payload = os.memfd_create("payload")
    os.write(payload, json.dumps(job).encode())
    os.set_inheritable(payload, True)
    os.set_inheritable(job["result"], True)
    environment = {**os.environ, "PYTHONHASHSEED": str(int.from_bytes(os.urandom(3), "big"))}
    os.execve(
        sys.executable, [sys.executable, "-s", "-B", os.path.abspath(__file__), str(payload)], environment
    )


def main() -> None:
    """Run the job that the given descriptor holds."""
    leave, write, dumps = os._exit, os.write, json.dumps
    with open(int(sys.argv[1]), "rb") as file:
        file.seek(0)
        job = json.load(file)
    token, result = job.pop("token"), job.pop("result")
    os.set_inheritable(result, False)

    def emit(frame: dict[str, Any]) -> None:
        write(result, dumps({**frame, "token": token}).encode() + b"\n")

    from sandbox import session

    confinement.remember()
    confinement.enter(job["files"])
    session.run_full(job, emit)
    emit({"done": True})
    leave(0)


if __name__ == "__main__":
    main()
