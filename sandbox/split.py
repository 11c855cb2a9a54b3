"""The split runners: confirm a claimed pass with the tests and the patched project in two processes.

The project's process is forked first and given only the names of its files; the tests' process then makes
itself unreadable and runs the ordinary session, or the cases, over proxies. It tells what it asked, and what
was answered: another patch can be asked the same without any tests (`run_answers`), and the trusted side
knows what they say to these answers.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from sandbox.cases import Emit
from sandbox.remote import ProjectSide, TestsSide
from sandbox.wire import Wire

from sandbox import cases, confinement, guard, namespaces


def fork_project(closing: tuple[int, ...]) -> socket.socket:
    """Fork the project's process, and return the connection to it; called before the payload is read."""
    here, there = socket.socketpair()
    if os.fork() == 0:
        here.close()
        for descriptor in closing:
            os.close(descriptor)
        _be_project(there)
    there.close()
    return here


def order(connection: socket.socket, what: dict[str, Any]) -> None:
    """Tell the project's process its limits, its user and the names of its files."""
    Wire(connection).send(json.dumps(what))


def _be_project(connection: socket.socket) -> None:
    leave = os._exit
    try:
        order = json.loads(Wire(connection).receive())
        if order["limits"]["isolation"] == "attempt":
            namespaces.seal()
        confinement.confine(order["limits"], order["user"])
        confinement.enter(order["names"])
        _forget_tests()
        ProjectSide().serve(connection)
    except BaseException as problem:
        os.write(2, f"project: {type(problem).__name__}: {problem}\n".encode()[:500])
    leave(0)


def _forget_tests() -> None:
    """Take pytest's finder out, which looks at every import for tests to rewrite; there are none here."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__[:7] != "_pytest"]


def hide() -> None:
    """Make this process unreadable for the project's: it holds what the tests expect."""
    confinement.hide()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def asking(run: Callable[[dict[str, Any], Emit], None]) -> Callable[[dict[str, Any], Emit], None]:
    """Return a runner that does the same over proxies of the project, and tells what it asked of them."""

    def run_split(job: dict[str, Any], emit: Emit) -> None:
        tests = _enter(job)
        run(job, emit)
        if tests.transcript is not None:
            emit({"transcript": tests.transcript})

    return run_split


def _enter(job: dict[str, Any]) -> TestsSide:
    """Become the tests' side: unreadable, unwilling to load, and with proxies for the project's modules."""
    hide()
    guard.install({path: text for path, text in job.get("tests", {}).items() if path not in job["code"]})
    names = {path.split("/", 1)[0].removesuffix(".py") for path in job["files"]}
    side = TestsSide(job["connection"], sorted(names), strict=job["strict"])
    sys.meta_path.insert(0, side)
    return side


run_cases = asking(cases.run)


def run_answers(job: dict[str, Any], emit: Emit) -> None:
    """Answer the questions of an earlier split run; this process knows no more of the tests than they ask."""
    _forget_tests()
    side = ProjectSide()
    emit({"answers": [side.answered(question) for question in job["questions"]]})
