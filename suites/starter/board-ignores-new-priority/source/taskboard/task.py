"""Tasks and their order."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(order=True)
class Task:
    """A task; the lowest priority number is done first, of equal ones the oldest."""

    priority: int
    number: int
    title: str = field(compare=False)
