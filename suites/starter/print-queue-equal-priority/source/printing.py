"""The queue of a print server."""

from __future__ import annotations

import heapq
from typing import Any

Job = dict[str, Any]


class PrintQueue:
    """Jobs by priority, the lowest number first; equal ones in the order they came in."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, Job]] = []

    def submit(self, job: Job, priority: int = 5) -> None:
        """Put a job in the queue."""
        heapq.heappush(self._waiting, (priority, job))

    def take(self) -> Job | None:
        """Return the next job and remove it, None if there is none."""
        if not self._waiting:
            return None
        priority, job = heapq.heappop(self._waiting)
        return job

    def __len__(self) -> int:
        return len(self._waiting)
