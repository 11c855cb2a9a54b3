"""The first process of a sandbox: forks a warm child per attempt, and leaves nothing of it behind.

It reads a job's header from the trusted side, forks, waits for the child or the deadline, kills everything
else in the sandbox, sends what the child wrote, and empties the writable folders. It never reads an attempt's
payload, results or output: they stay in files without names that the kernel copies to the trusted side. On
any doubt about the state it says so and ends, and the trusted side starts another.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

if __name__ == "__main__":
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from sandbox.channel import Channel

from sandbox import cases, confinement, namespaces, syscalls, workspace

PROTOCOL = 1
LONGEST_RESULT = 16 << 20
_ENCODER = json.JSONEncoder(separators=(",", ":"))
_MOST_EXTENSION = 3
"""The deadline moves by the time that the child waited for a processor, to at most this many times."""
_STOPPED_SECONDS = 1.0
"""A supervisor that wakes so much too late was not merely kept waiting."""
_RUNNERS: dict[str, Callable[[dict[str, Any], cases.Emit], None]] = {
    "cases": cases.run,
    "probes": cases.probe,
}
"""What is loaded; the rest is once it is needed, so that a worker that only runs cases forks faster."""
_SPLIT_RUNNERS = ("split", "split_full", "split_lite", "cases_split")


def main() -> None:
    """Serve jobs until the trusted side is gone."""
    user = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] != "-" else None
    channel = _take_channel()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    os.umask(0o007)
    confinement.hide()
    isolation = sys.argv[3] if len(sys.argv) > 3 else "worker"
    if isolation == "worker":
        syscalls.install()
    if user is not None:
        os.setegid(user)
    doubt = workspace.wipe(user)
    _settle()
    channel.send({"protocol": PROTOCOL, "ready": not doubt, "doubt": doubt, "python": sys.version.split()[0]})
    clean = not doubt
    while clean and (job := channel.receive()) is not None:
        job["isolation"] = isolation
        clean = serve(channel, job, user)


def _take_channel() -> Channel:
    if len(sys.argv) > 2 and sys.argv[2] != "-":
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(sys.argv[2])
        incoming = connection.detach()
        outgoing = os.dup(incoming)
    else:
        incoming, outgoing = os.dup(0), os.dup(1)
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return Channel(incoming, outgoing)


def serve(channel: Channel, job: dict[str, Any], user: int | None) -> bool:
    """Run one job and answer it; return whether the sandbox is certainly clean again."""
    if job["runner"] not in _RUNNERS:
        _load(job["runner"])
    result, output = os.memfd_create("result"), os.memfd_create("output")
    reader, writer = os.pipe()
    try:
        kills, packets = _memory_kills(), _packets()
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            os.close(reader)
            _attempt(channel, job, user, result=result, output=output, writer=writer)
        os.close(writer)
        writer = -1
        ready = os.read(reader, 1) == b"+"
        status = _watch(child, job["seconds"] if ready else 0.0)
        if status["exit"] == -signal.SIGKILL and not status["timed_out"]:
            status["memory_kill"] = _memory_kills() > kills
        status["wall"] = round(time.monotonic() - started, 6)
        clean = ready and not workspace.wipe(user) and not _traces(packets)
        sizes = (
            min(os.fstat(result).st_size, LONGEST_RESULT),
            min(os.fstat(output).st_size, job["output_bytes"]),
        )
        status.update(ready=ready, clean=clean, result=sizes[0], output=sizes[1])
        channel.send(status, files=((result, sizes[0]), (output, sizes[1])))
        return clean
    finally:
        for descriptor in (result, output, reader, writer):
            if descriptor >= 0:
                os.close(descriptor)


def _load(runner: str) -> None:
    """Load what a runner needs, before the first attempt that needs it is forked."""
    if runner == "command":
        from sandbox import command

        _RUNNERS["command"] = command.run
    elif runner == "cases_split":
        from sandbox import split

        _RUNNERS["cases_split"] = split.run_cases
    elif runner == "answers":
        from sandbox import split

        _RUNNERS["answers"] = split.run_answers
    else:
        sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "packages"))
        from sandbox import fresh, lite, session, split

        session.warm()
        _RUNNERS.update(
            pytest=session.run,
            lite=lite.run,
            split_lite=split.asking(lite.run),
            full=session.run_full,
            prepare=session.prepare,
            prepare_full=session.prepare_full,
            split=split.asking(session.run),
            split_full=split.asking(session.run_full),
            fresh=fresh.run,
        )
    _settle()


def _settle() -> None:
    """Leave as little as possible for a child to touch: memory that it touches is copied."""
    gc.collect()
    gc.freeze()
    confinement.remember()


def _watch(child: int, seconds: float) -> dict[str, Any]:
    """Wait for the child or its deadline, then end and count everything in the sandbox."""
    descriptor = os.pidfd_open(child)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    allowed, begun, timed_out, stops = seconds, time.monotonic(), False, 0
    while True:
        asked, wait = time.monotonic(), max(0.0, begun + allowed - time.monotonic()) + 0.001
        if poll.poll(wait * 1000):
            break
        passed = time.monotonic() - asked
        if passed - wait > _STOPPED_SECONDS and stops < _MOST_EXTENSION:
            # The whole sandbox stood still, as in a control group that is frozen; nobody knows from when on.
            begun, stops = begun + passed, stops + 1
        if time.monotonic() - begun < allowed:
            continue
        longer = min(seconds + _waited(child), seconds * _MOST_EXTENSION)
        if longer <= allowed + 0.05:
            timed_out = True
            break
        allowed = longer
    os.close(descriptor)
    cpu, peak, code = 0.0, 0, None
    killed = _kill_all()
    while True:
        try:
            pid, state, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss * 1024)
        if pid == child:
            code = os.waitstatus_to_exitcode(state)
    return {"exit": code, "timed_out": timed_out, "cpu": round(cpu, 6), "peak": peak, "left": killed}


def _kill_all() -> bool:
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _memory_kills() -> int:
    """Return how many processes the kernel ended for their memory, where this sandbox can see that."""
    for path in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
        try:
            with open(path, encoding="ascii") as file:
                return next((int(line.split()[1]) for line in file if line.startswith("oom_kill ")), 0)
        except OSError:
            continue
    return 0


def _waited(child: int) -> float:
    """Return how long a process was ready to run and had to wait for a processor, in seconds.

    Of processes that wait for a first child, the child is meant.
    """
    try:
        while children := _children(child):
            child = children[0]
        with open(f"/proc/{child}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def _children(process: int) -> list[int]:
    try:
        with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
            return [int(number) for number in file.read().split()]
    except OSError:
        return []


def _packets() -> bytes:
    """Return what the interfaces of this network namespace have carried so far."""
    try:
        file = os.open("/proc/net/dev", os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(file, 1 << 16)
    finally:
        os.close(file)


def _traces(packets: bytes) -> bool:
    """Return whether the attempt left connections, or packets in the counters, of this network namespace.

    The counters cost 0.01 ms; the lists walk a table of the whole machine's, and cost more than the attempt.
    """
    if _packets() != packets:
        return True
    with contextlib.suppress(OSError), open("/proc/net/ip6_flowlabel", encoding="ascii") as file:
        if len(file.readlines()) > 1:
            return True
    for name, counters in (("sockstat", ("inuse", "tw")), ("sockstat6", ("inuse",))):
        try:
            with open(f"/proc/net/{name}", encoding="ascii") as file:
                counted = next(line.split() for line in file if line.startswith("TCP"))
        except (OSError, StopIteration):
            return _listed()
        if any(counted[counted.index(counter) + 1] != "0" for counter in counters):
            return True
    return False


def _listed() -> bool:
    """Find the same in the lists, where a kernel has no counters."""
    for name in ("tcp", "tcp6"):
        try:
            with open(f"/proc/net/{name}", encoding="ascii") as file:
                file.readline()
                if file.readline():
                    return True
        except OSError:
            continue
    return False


def _attempt(
    channel: Channel, job: dict[str, Any], user: int | None, *, result: int, output: int, writer: int
) -> None:
    """Be the child: read the payload, write the project, give up all rights, run, and end."""
    leave, write, encode = os._exit, os.write, _ENCODER.encode
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        if job["isolation"] == "attempt":
            ends = (channel.incoming, channel.outgoing, result, output, writer)
            namespaces.enter(ends, disk_bytes=job["disk_bytes"])
        project = None
        if job["runner"] in _SPLIT_RUNNERS:
            from sandbox import split

            # Forked before the payload is read: the patched code's process never holds a test.
            project = split.fork_project((channel.incoming, channel.outgoing, output, result, writer))
        payload = json.loads(channel.read(job["payload"]))
        for descriptor in (channel.incoming, channel.outgoing, output):
            os.close(descriptor)
        workspace.write(payload["files"], workspace.PROJECT)
        tests = payload.get("tests", {})
        # The disk holds no test that the runner has otherwise; empty files stand where pytest looks for them.
        hidden = tests if project is not None else payload.get("code", ())
        workspace.write(
            {path: "" if path in hidden else text for path, text in tests.items()}, workspace.TESTS
        )
        if job["isolation"] == "attempt":
            namespaces.read_only(workspace.TESTS)
            namespaces.seal()
        confinement.confine(job, user)
        confinement.enter(payload["files"])
        if project is not None:
            split.order(project, {"limits": job, "user": user, "names": list(payload["files"])})
            payload["connection"] = project
        runner = _RUNNERS[payload["runner"]]
        token = payload.get("token") if payload["runner"] == "fresh" else payload.pop("token", None)
        payload["result"] = result

        def emit(frame: dict[str, Any]) -> None:
            frame["token"] = token
            view = memoryview(encode(frame).encode() + b"\n")
            while view:
                view = view[write(result, view) :]

        os.write(writer, b"+")
        os.close(writer)
    except BaseException as problem:
        write(2, f"set-up: {problem!r}\n".encode()[:2000])
        leave(70)
    try:
        runner(payload, emit)
        emit({"done": True})
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as problem:
        write(2, f"runner: {type(problem).__name__}: {problem}\n".encode()[:500])
        leave(71)
    leave(0)


if __name__ == "__main__":
    main()
