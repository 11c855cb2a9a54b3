"""A limit on how often each client may call within a sliding window of time."""

from __future__ import annotations

from collections import defaultdict, deque


class Limiter:
    """Let each client make `limit` calls in any `window_seconds`; refused calls do not count."""

    def __init__(self, limit: int, window_seconds: float) -> None:
        self.limit = limit
        self.window_seconds = window_seconds
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def allow(self, client: str, now: float) -> bool:
        """Tell whether the client may call at `now`, and if so count the call."""
        calls = self._recent(client, now)
        if len(calls) > self.limit:
            return False
        calls.append(now)
        return True

    def remaining(self, client: str, now: float) -> int:
        """Return how many calls the client has left at `now`."""
        return self.limit - len(self._recent(client, now))

    def _recent(self, client: str, now: float) -> deque[float]:
        calls = self._calls[client]
        while calls and calls[0] <= now - self.window_seconds:
            calls.popleft()
        return calls
