"""The board: adding tasks, changing them, taking the next."""

from __future__ import annotations

from taskboard.queue import TaskQueue
from taskboard.task import Task


class Board:
    """Waiting tasks by title."""

    def __init__(self) -> None:
        self._queue = TaskQueue()
        self._waiting: dict[str, Task] = {}
        self._numbers = 0

    def add(self, title: str, priority: int = 5) -> None:
        """Put a task on the board; raise ValueError if one with that title waits."""
        if title in self._waiting:
            raise ValueError(f"A task {title!r} is on the board")
        self._numbers += 1
        task = Task(priority, self._numbers, title)
        self._waiting[title] = task
        self._queue.push(task)

    def prioritise(self, title: str, priority: int) -> None:
        """Give a waiting task another priority; it keeps its age."""
        self._waiting[title].priority = priority

    def next_task(self) -> str | None:
        """Take the task that is to be done next, None if nothing waits."""
        if not len(self._queue):
            return None
        task = self._queue.pop()
        del self._waiting[task.title]
        return task.title

    def waiting(self) -> list[tuple[str, int]]:
        """Return titles and priorities, in the order in which tasks will be done."""
        return [(task.title, task.priority) for task in sorted(self._waiting.values())]
