"""A pool of warm workers that turns bugs and patched projects into judgements.

`open_sandbox` finds a backend that works here, and refuses where none does: there is no way to run a patch
without isolation. A worker on which anything failed, or that is not certainly clean, is replaced; an attempt
that its worker lost is tried again, and after that a `SandboxError` tells the harness.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from reroll.container.job import Job, Result
from reroll.container.judging import Judge
from reroll.container.plan import Plan
from reroll.errors import SandboxError, SandboxMissing, UsageError
from reroll.records import Bug, Judgement

BACKENDS = ("auto", "docker", "bubblewrap")
ISOLATIONS = ("worker", "attempt")
"""Whose the namespaces are: a worker's, emptied after every attempt, or made anew for every attempt."""
TRIES = 3
"""Workers on which one attempt is tried before the harness is told."""
PROVISION_BYTES = 96 << 20
"""What a worker's file systems hold beside the attempt's own disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a worker must offer to a job."""

    memory_bytes: int
    """Memory of the whole attempt."""
    disk_bytes: int
    """Size of the writable file system."""
    image: str | None = None
    """Container image; None for the project's own."""
    system: bool = False
    """Whether the programs of the machine are needed, for the `command` runner."""


class Worker(Protocol):
    """One warm sandbox of a backend."""

    async def start(self) -> None:
        """Start it and wait until it is ready."""

    async def run(self, job: Job) -> Result:
        """Run one job."""

    async def stop(self) -> None:
        """End it, and wait until it is gone."""


class Backend(Protocol):
    """A way to make workers."""

    name: str

    def worker(self, shape: Shape) -> Worker:
        """Return a worker that is not started yet."""

    def close(self) -> None:
        """Let go of what workers share."""


@dataclass(slots=True)
class _Place:
    """One of the pool's places, with the worker that fills it."""

    worker: Worker | None = None
    shape: Shape | None = None


@dataclass(slots=True)
class Sandbox:
    """A pool of workers of one backend; use it as an asynchronous context manager."""

    backend: Backend
    workers: int = 2
    """Attempts that run at one time."""
    lite: bool = True
    """Whether the `lite` runner may judge pytest files; else real pytest does, and `lite` confirms."""
    recycled: int = field(default=0, init=False)
    """Workers that were replaced so far."""
    _free: asyncio.Queue[_Place] = field(init=False)
    _places: list[_Place] = field(init=False)
    _judge: Judge = field(init=False)

    def __post_init__(self) -> None:
        self._free = asyncio.Queue()
        self._places = [_Place() for _ in range(self.workers)]
        for place in self._places:
            self._free.put_nowait(place)
        self._judge = Judge(self.run, lite=self.lite)

    @property
    def name(self) -> str:
        """Name of the backend."""
        return self.backend.name

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End every worker."""
        for place in self._places:
            await self._empty(place)
        self.backend.close()

    async def judge(self, bug: Bug, files: Mapping[str, str], *, probes: bool = True) -> Judgement:
        """Return the judgement of one patched project.

        Args:
            bug: The bug, for its tests and limits.
            files: The whole project after the patch.
            probes: Whether the bug's probes are evaluated too.

        Raises:
            SandboxError: The sandbox failed, after tries on other workers; nothing is known of the patch.
        """
        return await self._judge.judge(bug, files, probes=probes)

    async def plan(self, bug: Bug) -> Plan:
        """Return how a bug's patches are judged by pytest, or by its command: by which runner, and why."""
        return await self._judge.plan(bug)

    @property
    def disagreements(self) -> Mapping[str, str]:
        """What real pytest told otherwise than `lite`, by bug; real pytest judges those bugs."""
        return self._judge.disagreements

    async def run(self, job: Job, *, image: str | None = None) -> Result:
        """Run one job on a free worker, on others if that one fails.

        Raises:
            SandboxError: Every try failed.
        """
        shape = Shape(
            memory_bytes=job.limits.memory_bytes,
            disk_bytes=job.limits.disk_bytes,
            image=image,
            system=job.runner == "command",
        )
        for left in reversed(range(TRIES)):
            try:
                async with self._taken() as place:
                    return await self._on(place, shape, job)
            except SandboxMissing:
                raise
            except SandboxError:
                if left == 0:
                    raise
        raise AssertionError("TRIES is positive")

    @contextlib.asynccontextmanager
    async def _taken(self) -> AsyncIterator[_Place]:
        place = await self._free.get()
        try:
            yield place
        finally:
            self._free.put_nowait(place)

    async def _on(self, place: _Place, shape: Shape, job: Job) -> Result:
        if place.shape != shape:
            await self._empty(place)
        trusted = False
        try:
            if place.worker is None:
                place.worker, place.shape = self.backend.worker(shape), shape
                await place.worker.start()
            result = await place.worker.run(job)
            trusted = result.clean
            return result
        finally:
            # Cancellation ends in the middle of an answer: that worker is of no more use either.
            if not trusted:
                self.recycled += 1
                await asyncio.shield(self._empty(place))

    async def _empty(self, place: _Place) -> None:
        worker, place.worker, place.shape = place.worker, None, None
        if worker is not None:
            await worker.stop()


def open_sandbox(
    name: str = "auto",
    *,
    workers: int = 2,
    environment: Mapping[str, str] | None = None,
    docker_runtime: str | None = None,
    isolation: str = "worker",
    lite: bool = True,
) -> Sandbox:
    """Return a pool of workers of a backend that works on this machine.

    Args:
        name: `docker`, `bubblewrap`, or `auto` for the first of the two that works.
        workers: Attempts that run at one time.
        environment: Variables of the test processes, beside or in place of the sandbox's own.
        docker_runtime: Runtime of the Docker daemon, such as `runsc`; None for its default.
        isolation: `worker`, or `attempt` for namespaces of every attempt's own, which only bubblewrap makes.
        lite: Whether the `lite` runner may judge pytest files where it is proven equal to real pytest.

    Raises:
        SandboxMissing: No backend works; the text says what to install.
        UsageError: There is no backend of that name, or fewer than one worker.
    """
    from reroll.container.probe import works

    if name not in BACKENDS:
        raise UsageError(f"Unknown sandbox {name!r}; there are {', '.join(BACKENDS)}")
    if workers < 1:
        raise UsageError(f"A sandbox needs at least one worker, not {workers}")
    if isolation not in ISOLATIONS:
        raise UsageError(f"Unknown isolation {isolation!r}; there are {', '.join(ISOLATIONS)}")
    if isolation == "attempt" and name == "docker":
        raise UsageError("Docker has namespaces per worker alone; isolation 'attempt' needs bubblewrap")
    reasons = []
    able = ("bubblewrap",) if isolation == "attempt" else ("docker", "bubblewrap")
    for candidate in able if name == "auto" else (name,):
        reason = works(candidate)
        if not reason:
            backend = _backend(candidate, environment or {}, docker_runtime, isolation)
            return Sandbox(backend, workers, lite)
        reasons.append(f"{candidate}: {reason}")
    raise SandboxMissing(
        f"No sandbox works on this machine, and reroll runs nothing without: {'; '.join(reasons)}"
    )


def _backend(name: str, environment: Mapping[str, str], runtime: str | None, isolation: str) -> Backend:
    if name == "docker":
        from reroll.container.docker import DockerBackend

        return DockerBackend(environment=environment, runtime=runtime)
    from reroll.container.bubblewrap import BubblewrapBackend

    return BubblewrapBackend(environment=environment, isolation=isolation)
