"""A cache that loads what it lacks, for several threads."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LoadingCache(Generic[K, V]):
    """Values by key; what is missing is loaded."""

    def __init__(self, load: Callable[[K], V]) -> None:
        self._load = load
        self._values: dict[K, V] = {}
        self._lock = threading.Lock()

    def get(self, key: K) -> V:
        """Return the value of a key, from the cache or else loaded."""
        with self._lock:
            if key in self._values:
                return self._values[key]
        value = self._load(key)
        with self._lock:
            self._values[key] = value
        return value

    def forget(self, key: K) -> None:
        """Drop a value, so that it is loaded again."""
        with self._lock:
            self._values.pop(key, None)

    def __len__(self) -> int:
        with self._lock:
            return len(self._values)
