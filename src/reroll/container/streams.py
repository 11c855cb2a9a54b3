"""A container's standard streams as a pair of asyncio streams, for daemons on other machines.

Docker multiplexes standard output and error over one connection, with an eight-byte header before each part.
The client's socket may be plain, TLS or an SSH process, so it is read and written in threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from socket import SHUT_RDWR
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docker.models.containers import Container

STANDARD_OUTPUT = 1


class AttachedWriter:
    """The writing end of an attached container, with the part of a stream writer that workers use."""

    def __init__(self, socket: Any, *, attached: Any) -> None:
        self._socket = socket
        self._attached = attached
        self._left: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keep data for the next `drain`."""
        self._left.append(data)

    async def drain(self) -> None:
        """Send what was kept."""
        data, self._left = b"".join(self._left), []
        await asyncio.to_thread(self._socket.sendall, data)

    def close(self) -> None:
        """End the connection, and with it the supervisor."""
        with contextlib.suppress(OSError, AttributeError):
            # A thread is reading: it must come to an end before the descriptor can go.
            self._socket.shutdown(SHUT_RDWR)
        response = getattr(self._attached, "_response", None)
        for end in filter(None, (self._socket, self._attached, response)):
            with contextlib.suppress(OSError, ValueError):
                end.close()


async def attach(container: Container) -> tuple[asyncio.StreamReader, AttachedWriter]:
    """Return reader and writer of a container that is not started yet."""
    wanted = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
    attached = await asyncio.to_thread(container.attach_socket, params=wanted)
    socket = getattr(attached, "_sock", attached)
    reader = asyncio.StreamReader(limit=1 << 20)
    loop = asyncio.get_running_loop()

    def pump() -> None:
        try:
            while head := _exactly(socket, 8):
                part = _exactly(socket, int.from_bytes(head[4:], "big"))
                if head[0] == STANDARD_OUTPUT:
                    loop.call_soon_threadsafe(reader.feed_data, part)
        except (OSError, ValueError):
            pass
        finally:
            if not loop.is_closed():
                loop.call_soon_threadsafe(reader.feed_eof)

    threading.Thread(target=pump, name="reroll-attached", daemon=True).start()
    return reader, AttachedWriter(socket, attached=attached)


def _exactly(socket: Any, length: int) -> bytes:
    parts = []
    while length:
        part = socket.recv(min(length, 1 << 16))
        if not part:
            return b""
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
