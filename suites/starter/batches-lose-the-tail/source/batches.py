"""Cutting a stream of records into requests of bounded size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(records: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the records in lists of `size`; the last one may be shorter, none is empty."""
    if size < 1:
        raise ValueError(f"Batch size must be positive, got {size!r}")
    batch: list[T] = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []


def request_count(records: int, size: int) -> int:
    """Return how many requests `records` records will take."""
    return sum(1 for _ in batches(range(records), size))
