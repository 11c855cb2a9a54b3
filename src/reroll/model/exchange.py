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

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI
    from tenacity import RetryCallState

Value = TypeVar("Value")

BUSY = (408, 409, 425, 429, 503, 529)
"""Statuses that ask for a slower pace."""
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
        client: AsyncOpenAI,
        *,
        settings: Settings,
        start: int,
        ready: Callable[[], Awaitable[None]] = always,
    ) -> None:
        self.place = str(client.base_url).rstrip("/")
        self.pace = Pace(settings.concurrency, start=start)
        self._client = client
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
        self._down, self._answered_at = False, time.monotonic()
        return value

    async def look(self, path: str) -> Any:
        """Get what the server says of itself, once; None where it has nothing to say there.

        Raises:
            ModelError: it cannot be reached, or wants another key.
        """
        import openai

        try:
            text = await self._client.with_options(timeout=min(30.0, self._settings.timeout_seconds)).get(
                path, cast_to=str
            )
            return json.loads(text)
        except openai.APIStatusError as error:
            if error.status_code in (401, 403):
                raise ModelError(
                    f"{self.place} refuses the key in OPENAI_API_KEY: HTTP {error.status_code}"
                ) from error
            return None
        except openai.APIConnectionError as error:
            raise ModelError(f"Server {self.place} does not answer: {_cause(error)}") from error
        except ValueError:
            return None

    async def _once(self, path: str, body: Mapping[str, Any], *, read: Callable[[Any], Value]) -> Value:
        import openai

        async with self.pace.turn():
            sent = asyncio.get_running_loop().time()
            try:
                text = await self._client.post(path, body=dict(body), cast_to=str)
                value = read(json.loads(text))
            except openai.APITimeoutError as error:
                self.pace.busy(pause_seconds=0, sent_at=sent)
                raise Again(f"no answer within {self._settings.timeout_seconds:g} s") from error
            except openai.APIConnectionError as error:
                raise Again(_cause(error)) from error
            except openai.APIStatusError as error:
                raise self._status(error, sent_at=sent) from error
            except (Garbled, ValueError) as error:
                raise Again(f"the answer cannot be read: {error}") from error
            self.pace.answered()
            return value

    def _status(self, error: APIStatusError, *, sent_at: float) -> Again | Refused:
        text = self._message(error)
        if error.status_code in BUSY:
            pause = min(retry_after(error.response.headers), LONGEST_PAUSE_SECONDS)
            self.pace.busy(pause_seconds=pause, sent_at=sent_at)
            return Again(f"HTTP {error.status_code}: {text}", after_seconds=pause)
        if error.status_code >= 500:
            return Again(f"HTTP {error.status_code}: {text}")
        return Refused(error.status_code, text)

    def _message(self, error: APIStatusError) -> str:
        """Return what the server says in one line, without our key where it repeats it."""
        body = error.body if isinstance(error.body, dict) else {}
        text = str(body.get("message") or error.response.text).strip()
        key = self._client.api_key
        return " ".join((text.replace(key, "…") if len(key) > 8 else text).split())[:500]

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


def _cause(error: BaseException) -> str:
    """Return the words of the error at the bottom of a chain."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error) or type(error).__name__
