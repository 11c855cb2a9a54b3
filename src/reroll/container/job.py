"""The contract with the supervisor: a job goes in, a result comes out, both plain JSON on a byte stream.

Every message is a four-byte big-endian length and a JSON header; a job is followed by its payload, a result
by what the attempt wrote. All that comes back is untrusted but the header, which the supervisor wrote.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from reroll.errors import SandboxError
from reroll.records import Limits

PROTOCOL = 1
ANSWER_SECONDS = 30.0
"""Patience with a supervisor beyond the longest time of its job."""
LONGEST_HEADER = 1 << 16
LONGEST_RESULT = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run of one runner over one project."""

    runner: str
    """`cases`, `probes`, `pytest`, `fresh`, `split`, `command` or `prepare`."""
    files: Mapping[str, str]
    """The project after the patch, by relative path."""
    limits: Limits
    """What the attempt may use."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the runner needs beyond the project."""
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    """Word that every frame of the runner carries; one without it was written by something else."""

    def encode(self) -> bytes:
        """Return the job as it goes over the wire."""
        payload = json.dumps(
            {"runner": self.runner, "files": dict(self.files), "token": self.token, **self.options}
        ).encode()
        header = json.dumps(
            {
                "runner": self.runner,
                "payload": len(payload),
                "seconds": self.limits.seconds,
                "memory_bytes": self.limits.memory_bytes,
                "processes": self.limits.processes,
                "disk_bytes": self.limits.disk_bytes,
                "output_bytes": self.limits.output_bytes,
            }
        ).encode()
        return len(header).to_bytes(4, "big") + header + payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the supervisor saw, and what the attempt said."""

    exit_code: int | None
    """Exit code of the test process; negative for a signal."""
    timed_out: bool
    """Whether the supervisor ended it at its deadline."""
    wall_seconds: float
    """Wall time from fork to end."""
    cpu_seconds: float
    """Processor time of all processes of the attempt."""
    peak_memory_bytes: int
    """Largest resident memory of one process of the attempt."""
    frames: tuple[Mapping[str, Any], ...]
    """What the runner reported, in order; untrusted."""
    malformed: bool
    """Whether something else than frames was reported."""
    output: str
    """Captured output, bounded; untrusted."""
    out_of_memory: bool = False
    """Whether the kernel ended a process of the attempt for its memory."""
    clean: bool = True
    """Whether the sandbox can take another attempt."""

    @property
    def done(self) -> bool:
        """Whether the runner reached its own end."""
        return bool(self.frames) and self.frames[-1].get("done") is True


class Writer(Protocol):
    """The part of a stream writer that an exchange needs."""

    def write(self, data: bytes) -> None:
        """Keep data for the next `drain`."""

    async def drain(self) -> None:
        """Send what was kept."""


async def exchange(reader: asyncio.StreamReader, writer: Writer, job: Job) -> Result:
    """Send a job to a supervisor, and return its answer.

    Raises:
        SandboxError: The supervisor does not answer, failed, or could not set the attempt up.
        OSError: The connection is gone.
    """
    writer.write(job.encode())
    await writer.drain()
    try:
        # Not wait_for: before Python 3.12 it forgets a cancellation that meets an answer.
        async with asyncio.timeout(job.limits.seconds * 4 + ANSWER_SECONDS):
            return await read_result(reader, token=job.token)
    except TimeoutError as problem:
        raise SandboxError("The supervisor does not answer") from problem


async def read_header(reader: asyncio.StreamReader) -> Mapping[str, Any]:
    """Return the next header of the supervisor.

    Raises:
        SandboxError: The stream ended or holds something else.
    """
    try:
        length = int.from_bytes(await reader.readexactly(4), "big")
        if length > LONGEST_HEADER:
            raise SandboxError(f"The supervisor sent a header of {length} bytes")
        header = json.loads(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError) as problem:
        raise SandboxError("The supervisor ended without an answer") from problem
    except ValueError as problem:
        raise SandboxError("The supervisor sent something that is not a header") from problem
    if not isinstance(header, dict):
        raise SandboxError(f"The supervisor sent {header!r} in place of a header")
    return header


async def read_result(reader: asyncio.StreamReader, *, token: str) -> Result:
    """Return the supervisor's answer to a job.

    Raises:
        SandboxError: The supervisor failed, or could not set the attempt up.
    """
    header = await read_header(reader)
    try:
        said = await reader.readexactly(min(int(header["result"]), LONGEST_RESULT))
        output = (await reader.readexactly(int(header["output"]))).decode("utf-8", "replace")
    except (asyncio.IncompleteReadError, ConnectionError) as problem:
        raise SandboxError("The supervisor ended in the middle of an answer") from problem
    if not header["ready"]:
        raise SandboxError(f"The sandbox could not set an attempt up: {output[-500:]!r}")
    frames, malformed = parse_frames(said, token=token)
    return Result(
        exit_code=header["exit"],
        timed_out=header["timed_out"],
        wall_seconds=header["wall"],
        cpu_seconds=header["cpu"],
        peak_memory_bytes=header["peak"],
        frames=tuple(frames),
        malformed=malformed,
        output=output,
        out_of_memory=header.get("memory_kill", False),
        clean=header["clean"],
    )


def parse_frames(said: bytes, *, token: str) -> tuple[Sequence[Mapping[str, Any]], bool]:
    """Return the frames of an untrusted report, a line each, and whether there was anything else."""
    frames: list[Mapping[str, Any]] = []
    malformed = False
    # What follows the last line end was cut off when the process was ended.
    for line in said.split(b"\n")[:-1]:
        try:
            frame = json.loads(line)
        except (ValueError, RecursionError):
            frame = None
        if isinstance(frame, dict) and frame.pop("token", None) == token:
            frames.append(frame)
        else:
            malformed = True
    return frames, malformed
