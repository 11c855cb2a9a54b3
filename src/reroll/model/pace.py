"""How many requests a server gets at one time: more while it answers, half when it says that it is busy."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

GROWTH = 0.5
"""Requests that the limit gains per answer and request under way: it doubles in two rounds."""


class Pace:
    """An adaptive limit on concurrent requests: additive increase, multiplicative decrease."""

    def __init__(self, most: int, *, start: int) -> None:
        self.most = most
        self.limit = float(min(start, most))
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._not_before = 0.0
        self._halved_at = float("-inf")

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and for the end of a pause that the server asked for."""
        while self._under_way >= int(self.limit):
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._wake()  # the turn was given and is not taken
                raise
        self._under_way += 1
        try:
            pause = self._not_before - asyncio.get_running_loop().time()
            if pause > 0:
                await asyncio.sleep(pause)
            yield
        finally:
            self._under_way -= 1
            self._wake()

    def answered(self) -> None:
        """Learn that the server answered."""
        self.limit = min(float(self.most), self.limit + GROWTH)

    def busy(self, *, pause_seconds: float, sent_at: float) -> None:
        """Learn that the server was busy: halve the limit, once for all requests sent before, and pause."""
        now = asyncio.get_running_loop().time()
        self._not_before = max(self._not_before, now + pause_seconds)
        if sent_at > self._halved_at:
            self.limit = max(1.0, self.limit / 2)
            self._halved_at = now

    def _wake(self) -> None:
        free = int(self.limit) - self._under_way
        while free > 0 and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                free -= 1
