"""What a backend offers to the pool: warm workers of the shape that a job needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from reroll.container.job import Job, Result


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
