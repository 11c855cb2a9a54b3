"""What `models.py` times with: wall time, the machine's work, and cores that model and tests do not share."""

from __future__ import annotations

import functools
import gc
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What one way of making attempts took."""

    name: str
    tokens: int
    seconds: float
    busy: float = 0.0
    """Core-seconds that the whole machine worked meanwhile."""

    @property
    def rate(self) -> float:
        """Tokens per second."""
        return self.tokens / self.seconds

    def __str__(self) -> str:
        """Return a row of a table."""
        work = f"{self.busy:8.1f} core-s" if self.busy else ""
        return f"{self.name:14} {self.tokens:8} tokens {self.seconds:8.2f} s {self.rate:8.0f} tokens/s {work}"


class Watch:
    """Wall time and work of the machine since it was made; what was cached before is forgotten."""

    def __init__(self) -> None:
        for thing in gc.get_objects():
            # Not isinstance, which asks the thing itself; some are lazy modules that warn of it.
            if type(thing) is functools._lru_cache_wrapper and thing.__module__.startswith("reroll."):
                thing.cache_clear()
        self.busy, self.start = _busy(), time.perf_counter()

    def pace(self, name: str, tokens: int) -> Pace:
        """Return what was done in that time."""
        seconds = time.perf_counter() - self.start
        return Pace(name=name, tokens=tokens, seconds=seconds, busy=_busy() - self.busy)


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)


@contextmanager
def apart() -> Iterator[None]:
    """Give the engine's processes one half of the cores, and this one, with all that it starts, the other."""
    every = sorted(os.sched_getaffinity(0))
    half = max(1, len(every) // 2)
    engine = [child for child in psutil.Process().children(recursive=True) if _is_engine(child)]
    _bind(engine, every[:half])
    _bind([psutil.Process()], every[half:] or every)
    try:
        yield
    finally:
        _bind([*engine, psutil.Process()], every)


def _is_engine(process: psutil.Process) -> bool:
    return any("engine.py" in word for word in process.cmdline())


def _bind(processes: Sequence[psutil.Process], cores: Sequence[int]) -> None:
    for process in processes:
        for thread in process.threads():
            os.sched_setaffinity(thread.id, cores)
