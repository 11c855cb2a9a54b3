"""Questions to an engine behind a Unix socket, and its answers, by number.

One link serves a base and its adapters. When the engine dies, what was under way waits until it has been
started again, and is then asked again, with its own seed: nothing is lost or doubled. An engine that says
nothing while it owes answers, or that says what is no answer, is ended and started again too, once.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reroll.errors import ModelError

READ_BYTES = 1 << 20
GREETING_SECONDS = 10.0
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What an engine says of itself when it is spoken to."""

    version: str
    """Version of vLLM."""
    context: int
    """Tokens of prompt and answer together."""
    sequences: int
    """Attempts that it draws at one time."""


class Link:
    """The reroll end of an engine's socket."""

    greeting: Greeting | None = None
    """What the engine said of itself; None before it was spoken to."""
    end: Callable[[], Awaitable[None]]
    """Ends the engine."""

    def __init__(self, place: Path, *, timeout_seconds: float) -> None:
        """Prepare a link; it is connected by `connect`.

        Args:
            place: path of the socket.
            timeout_seconds: longest silence of an engine that owes answers.
        """
        self.place = place
        self._timeout_seconds = timeout_seconds
        self._numbers = itertools.count()
        self._waiting: dict[int, tuple[bytes, asyncio.Future[Any]]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._failure: ModelError | None = None

    async def connect(self) -> bool:
        """Speak to the engine, and ask again what it owes; tell whether it answers."""
        await self.close()
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                reader, writer = await asyncio.open_unix_connection(self.place)
                greeting = json.loads(await reader.readline())
        except (OSError, TimeoutError, ValueError):
            return False
        self.greeting = Greeting(**greeting)
        self._writer = writer
        writer.write(b"".join(line for line, _ in self._waiting.values()))
        self._listening = asyncio.create_task(self._listen(reader))
        return True

    async def ask(self, **question: Any) -> dict[str, Any]:
        """Return the answer to a question.

        Raises:
            ModelError: the engine died once too often.
        """
        if self._failure is not None:
            raise ModelError(str(self._failure))
        number = next(self._numbers)
        line = json.dumps({"id": number, **question}).encode() + b"\n"
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = line, future
        self._write(line)
        try:
            return await future
        except asyncio.CancelledError:
            self._write(json.dumps({"drop": number}).encode() + b"\n")
            raise
        finally:
            self._waiting.pop(number, None)

    def lose(self, error: ModelError) -> None:
        """Give everything up: there is no engine any more."""
        self._failure = error
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(ModelError(str(error)))

    async def close(self) -> None:
        """Hang up."""
        listening, self._listening = self._listening, None
        if listening is not None and listening is not asyncio.current_task():
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()
            with suppress(OSError):
                await self._writer.wait_closed()
            self._writer = None

    def _write(self, line: bytes) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(line)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Hand out answers until the engine is gone, silent, or says what is no answer; then end it."""
        rest, silent = b"", 0.0
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    read = await reader.read(READ_BYTES)
            except TimeoutError:
                silent = silent + LOOK_SECONDS if self._waiting else 0.0
                if silent < self._timeout_seconds:
                    continue
                break
            except OSError:
                break
            if not read:
                break
            silent = 0.0
            *lines, rest = (rest + read).split(b"\n")
            try:
                for line in lines:
                    self._settle(json.loads(line))
            except (ValueError, KeyError, TypeError):
                break
        if self._writer is not None:
            self._writer.close()
        await self.end()

    def _settle(self, answer: dict[str, Any]) -> None:
        if "alive" in answer:
            return
        _, future = self._waiting.get(answer["id"], (b"", None))
        if future is not None and not future.done():
            future.set_result(answer)
