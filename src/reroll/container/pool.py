"""A pool of warm workers that turns bugs and patched projects into judgements.

A worker on which anything failed, or that is not certainly clean, is replaced; an attempt
that its worker lost is tried again, and after that a `SandboxError` tells the harness.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import NamedTuple, Self

from reroll.container.backend import Backend, Shape, Worker
from reroll.container.job import Job, Result
from reroll.container.judging import Judge
from reroll.container.plan import Plan
from reroll.errors import SandboxError, SandboxMissing
from reroll.records import Bug, Judgement

TRIES = 3
"""Workers on which one attempt is tried before the harness is told."""
KINDS = {
    "cases": "bare",
    "probes": "bare",
    "answers": "apart",
    "cases_split": "apart",
    "split": "split",
    "split_lite": "split",
    "split_full": "split",
}
"""In which of a place's sandboxes a runner has its jobs; those of all others are `shared`.

Where a patch ran beside tests, it can leave numbers that no wiping takes back: of processes and files. What
confirms a pass is therefore not run there. And a supervisor that never loads pytest forks in a third of the
time.
"""
PROVISION_BYTES = 96 << 20
"""What a worker's file systems hold beside the attempt's own disk."""


class _Seat(NamedTuple):
    """A worker with its shape."""

    worker: Worker
    shape: Shape


@dataclass(slots=True)
class _Place:
    """One of the pool's places: it runs one job at a time, in the sandbox that suits the job."""

    seats: dict[str, _Seat] = field(default_factory=dict)
    """By the kind of their jobs."""


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
            for kind in tuple(place.seats):
                await self._empty(place, kind)
        self.backend.close()

    @property
    def seated(self) -> tuple[Worker, ...]:
        """The workers that there are now."""
        return tuple(seat.worker for place in self._places for seat in place.seats.values())

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
        kind = KINDS.get(job.runner, "shared")
        seat = place.seats.get(kind)
        if seat is not None and seat.shape != shape:
            await self._empty(place, kind)
            seat = None
        trusted = False
        try:
            if seat is None:
                seat = place.seats[kind] = _Seat(self.backend.worker(shape), shape)
                await seat.worker.start()
            result = await seat.worker.run(job)
            trusted = result.clean
            return result
        finally:
            # Cancellation ends in the middle of an answer: that worker is of no more use either.
            if not trusted:
                self.recycled += 1
                await asyncio.shield(self._empty(place, kind))

    async def _empty(self, place: _Place, kind: str) -> None:
        seat = place.seats.pop(kind, None)
        if seat is not None:
            await seat.worker.stop()
