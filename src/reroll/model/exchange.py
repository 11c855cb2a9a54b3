"""One question to a server, asked until it is answered, refused or given up.

Failures of the server are never attempts: a busy, broken or silent server is asked again with growing
pauses, as often and as long as the settings say. When one question was given up and nothing has been
answered since it was first asked, the server counts as down and further questions are asked once each, so
that a run against a dead server ends soon.
"""

from __future__ import annotations

import asyncio
import email.utils
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from reroll.errors import ModelError
from reroll.model.pace import Pace
from reroll.model.protocol import Garbled
from reroll.model.settings import Settings
from reroll.model.wire import Said, Unreached, Wire

if TYPE_CHECKING:
    from tenacity import RetryCallState

Value = TypeVar("Value")

BUSY = (408, 409, 425, 429, 503, 529)
"""Statuses that ask for a slower pace."""
OK = 200
BROKEN = 500
"""Status from which on the fault is the server's."""
LONGEST_PAUSE_SECONDS = 60.0
"""Longest pause between two tries, whatever the server asks for."""
FIRST_PAUSE_SECONDS = 0.5
TIMEOUTS = 2.5
"""Time limits of one answer after which a question is not asked again."""


class Again(Exception):
    """A failure that another try may mend; its text says what happened."""

    def __init__(self, text: str, *, after_seconds: float = 0.0) -> None:
        super().__init__(text)
        self.after_seconds = after_seconds


class Refused(Exception):
    """A refusal that no further try mends."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"HTTP {status}: {text}")
        self.status = status
        self.text = text


async def always() -> None:
    """Be ready: the state of a server that is not ours."""


class Exchange:
    """Questions and answers between reroll and one server."""

    def __init__(
        self,
        wire: Wire,
        *,
        settings: Settings,
        start: int,
        ready: Callable[[], Awaitable[None]] = always,
    ) -> None:
        self.place = wire.url
        self.answered = False  # whether it has ever been
        self.pace = Pace(settings.concurrency, start=start)
        self._wire = wire
        self._settings = settings
        self._ready = ready
        self._down = False
        self._answered_at = time.monotonic()

    async def ask(self, path: str, body: Mapping[str, Any], *, read: Callable[[Any], Value]) -> Value:
        """Post until there is an answer that can be read.

        Args:
            path: below the base URL, or a whole URL.
            body: what is posted, as JSON.
            read: turns the answer's JSON into a value, or raises Garbled.

        Raises:
            Refused: the server understood and will not.
            ModelError: given up after every try.
        """
        from tenacity import AsyncRetrying, retry_if_exception_type

        begun = time.monotonic()
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(Again), stop=self._enough, wait=self._pause, reraise=True
            ):
                with attempt:
                    await self._ready()
                    value = await self._once(path, body, read=read)
        except Again as failure:
            self._down = self._down or self._answered_at < begun
            tries = attempt.retry_state.attempt_number
            raise ModelError(
                f"{self.place} gave no answer in {tries} {'try' if tries == 1 else 'tries'}: {failure}"
            ) from failure
        self._down, self._answered_at, self.answered = False, time.monotonic(), True
        return value

    async def look(self, path: str) -> Any:
        """Get what the server says of itself, once; None where it has nothing to say there.

        Raises:
            ModelError: it cannot be reached, or wants another key.
        """
        try:
            said = await self._wire.get(path, timeout_seconds=min(30.0, self._settings.timeout_seconds))
        except (Unreached, TimeoutError) as error:
            why = str(error) or "no answer in time"
            raise ModelError(f"Server {self.place} does not answer: {why}") from error
        if said.status in (401, 403):
            raise ModelError(f"{self.place} refuses the key in OPENAI_API_KEY: HTTP {said.status}")
        try:
            return json.loads(said.text) if said.status == OK else None
        except ValueError:
            return None

    async def _once(self, path: str, body: Mapping[str, Any], *, read: Callable[[Any], Value]) -> Value:
        async with self.pace.turn():
            sent = asyncio.get_running_loop().time()
            try:
                said = await self._wire.post(path, body)
                if said.status != OK:
                    raise self._trouble(said, sent_at=sent)
                value = read(json.loads(said.text))
            except TimeoutError as error:
                self.pace.busy(pause_seconds=0, sent_at=sent)
                raise Again(f"no answer within {self._settings.timeout_seconds:g} s") from error
            except Unreached as error:
                raise Again(str(error)) from error
            except (Garbled, ValueError) as error:
                raise Again(f"the answer cannot be read: {error}") from error
            self.pace.answered()
            return value

    def _trouble(self, said: Said, *, sent_at: float) -> Again | Refused:
        text = self._message(said)
        if said.status in BUSY:
            pause = min(retry_after(said.headers), LONGEST_PAUSE_SECONDS)
            self.pace.busy(pause_seconds=pause, sent_at=sent_at)
            return Again(f"HTTP {said.status}: {text}", after_seconds=pause)
        if said.status >= BROKEN:
            return Again(f"HTTP {said.status}: {text}")
        return Refused(said.status, text)

    def _message(self, said: Said) -> str:
        """Return what the server says in one line, without our key where it repeats it."""
        try:
            body = json.loads(said.text)
            error = body.get("error", body)
            text = str(error.get("message") or said.text)
        except (ValueError, AttributeError):
            text = said.text
        return " ".join(self._wire.masked(text).split())[:500]

    def _enough(self, state: RetryCallState) -> bool:
        waited = state.seconds_since_start or 0.0
        return (
            self._down
            or state.attempt_number >= self._settings.retries
            or waited > TIMEOUTS * self._settings.timeout_seconds
        )

    def _pause(self, state: RetryCallState) -> float:
        growing = min(FIRST_PAUSE_SECONDS * 2.0 ** (state.attempt_number - 1), LONGEST_PAUSE_SECONDS)
        jittered = growing * random.uniform(0.75, 1.25)  # so that a crowd does not come back at once
        failure = state.outcome.exception() if state.outcome else None
        return max(jittered, failure.after_seconds if isinstance(failure, Again) else 0.0)


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds that a server asks to wait: `Retry-After` in seconds or as a date, else 0."""
    milliseconds = headers.get("retry-after-ms", "")
    value = headers.get("retry-after", "")
    for text, unit in ((milliseconds, 0.001), (value, 1.0)):
        try:
            return max(0.0, float(text) * unit)
        except ValueError:
            continue
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return 0.0
