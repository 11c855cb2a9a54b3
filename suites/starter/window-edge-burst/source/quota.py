"""Quotas for outgoing calls."""

import time
from collections.abc import Callable


class Quota:
    """Allows a number of calls in any stretch of some seconds, for each key on its own.

    A call leaves the stretch when exactly `seconds` have passed since. A refused call does not count.
    """

    def __init__(self, *, calls: int, seconds: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._seconds = seconds
        self._clock = clock
        self._counts: dict[str, tuple[int, int]] = {}

    def allow(self, key: str = "") -> bool:
        """Count a call and return True, or return False where it would be one too many."""
        window = int(self._clock() // self._seconds)
        last_window, count = self._counts.get(key, (window, 0))
        if last_window != window:
            count = 0
        if count >= self._calls:
            return False
        self._counts[key] = (window, count + 1)
        return True
