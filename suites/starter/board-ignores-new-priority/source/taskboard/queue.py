"""The queue of waiting tasks."""

from __future__ import annotations

import heapq

from taskboard.task import Task


class TaskQueue:
    """Tasks by their order, kept as a heap."""

    def __init__(self) -> None:
        self._heap: list[Task] = []

    def push(self, task: Task) -> None:
        """Add a task."""
        heapq.heappush(self._heap, task)

    def pop(self) -> Task:
        """Remove the first task and return it; raise IndexError if there is none."""
        return heapq.heappop(self._heap)

    def __len__(self) -> int:
        return len(self._heap)
