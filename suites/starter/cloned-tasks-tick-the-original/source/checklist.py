"""Checklists: tasks with subtasks."""

from __future__ import annotations

import copy
from collections.abc import Iterator


class Task:
    """A task; it is done when it is ticked, or when it has subtasks and all of them are done."""

    def __init__(self, title: str, *, labels: list[str] | None = None) -> None:
        self.title = title
        self.labels = list(labels or [])
        self.done = False
        self.parent: Task | None = None
        self.children: list[Task] = []

    def add(self, title: str, *, labels: list[str] | None = None) -> Task:
        """Add a subtask and return it."""
        child = Task(title, labels=labels)
        child.parent = self
        self.children.append(child)
        return child

    def tick(self) -> None:
        """Mark the task as done, and the tasks above that are done by this."""
        self.done = True
        task = self.parent
        while task is not None and all(child.done for child in task.children):
            task.done = True
            task = task.parent

    def walk(self) -> Iterator[Task]:
        """Yield the task and everything below it, from top to bottom."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find(self, title: str) -> Task:
        """Return the first task of a title, here or below."""
        for task in self.walk():
            if task.title == title:
                return task
        raise KeyError(title)

    def path(self) -> str:
        """Return the titles from the top down to this task."""
        above = f"{self.parent.path()} / " if self.parent else ""
        return above + self.title

    def clone(self) -> Task:
        """Return a copy of the task and everything below it, which stands on its own: nothing of it is shared."""
        twin = copy.copy(self)
        twin.labels = list(self.labels)
        twin.children = [child.clone() for child in self.children]
        twin.parent = None if self.parent is None else self.parent
        return twin
