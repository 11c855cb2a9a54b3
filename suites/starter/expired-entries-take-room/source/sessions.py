"""A cache of sessions that end by themselves."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class SessionCache:
    """Holds a number of values, each for some seconds; the least recently used has to go first.

    An entry is over as soon as its seconds have passed.
    """

    def __init__(self, capacity: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        if capacity < 1:
            raise ValueError(f"A cache has room for one entry at least, not {capacity}")
        self._capacity = capacity
        self._clock = clock
        self._entries: OrderedDict[str, tuple[float, Any]] = OrderedDict()

    def put(self, key: str, value: Any, *, seconds: float) -> None:
        """Keep a value for some seconds."""
        self._entries[key] = (self._clock() + seconds, value)
        self._entries.move_to_end(key)
        while len(self._entries) > self._capacity:
            self._entries.popitem(last=False)

    def get(self, key: str) -> Any:
        """Return a value, or None where there is none or it is over."""
        if key not in self._entries:
            return None
        ends, value = self._entries[key]
        if self._clock() >= ends:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return value

    def __len__(self) -> int:
        return len(self._entries)
