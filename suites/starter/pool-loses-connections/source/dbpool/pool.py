"""A fixed number of connections that requests share."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from dbpool.connection import Connection


class Pool:
    """Lends connections; who finds none waits for one."""

    def __init__(self, connect: Callable[[], Connection], *, size: int) -> None:
        self.size = size
        self._idle: asyncio.Queue[Connection] = asyncio.Queue()
        for _ in range(size):
            self._idle.put_nowait(connect())

    @property
    def idle(self) -> int:
        """Number of connections that nobody uses."""
        return self._idle.qsize()

    async def _take(self) -> Connection:
        connection = await self._idle.get()
        connection.busy = True
        return connection

    def _give_back(self, connection: Connection) -> None:
        connection.busy = False
        self._idle.put_nowait(connection)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend a connection for the length of an `async with` block."""
        connection = await self._take()
        yield connection
        self._give_back(connection)
