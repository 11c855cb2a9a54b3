"""The connection to one server: what is posted, and what comes back, before anybody judges it.

aiohttp rather than the OpenAI client: with 256 requests under way, the connection pool and the models of that
client cost 4.8 ms of processor time a request, which is more than a small model's whole answer.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

if TYPE_CHECKING:
    from aiohttp import ClientSession

IDLE_SECONDS = 4.0
"""Longest rest of a connection that is used again: servers close theirs after five seconds."""


class Unreached(Exception):
    """There is no whole answer: no connection, a broken one, or half a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A whole answer of a server."""

    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """Its headers; names in any case."""
    text: str
    """Its body."""


class Wire:
    """An open session with one server."""

    def __init__(self, session: ClientSession, *, url: str, key: str | None) -> None:
        self.url = url.rstrip("/")
        self._session = session
        self._key = key or ""

    async def post(self, path: str, body: Mapping[str, Any]) -> Said:
        """Post JSON; see `_send`."""
        return await self._send("POST", path, data=json.dumps(body).encode())

    async def get(self, path: str, *, timeout_seconds: float) -> Said:
        """Get a page; see `_send`."""
        import aiohttp

        return await self._send("GET", path, timeout=aiohttp.ClientTimeout(total=timeout_seconds))

    def masked(self, text: str) -> str:
        """Return a server's words without our key, where it repeats it."""
        return text.replace(self._key, "…") if len(self._key) > 8 else text

    async def _send(self, method: str, path: str, **options: Any) -> Said:
        """Return the answer to one request.

        Args:
            method: of HTTP.
            path: below the base URL, or a whole URL.
            options: of aiohttp.

        Raises:
            Unreached: there is none.
            TimeoutError: it did not come within the time limit.
        """
        import aiohttp

        url = path if "://" in path else self.url + path
        try:
            async with self._session.request(method, url, **options) as response:
                text = (await response.read()).decode("utf-8", "replace")
                return Said(status=response.status, headers=response.headers, text=text)
        except TimeoutError:
            raise  # aiohttp's are errors of both kinds
        except (aiohttp.ClientError, OSError) as error:
            raise Unreached(str(error) or type(error).__name__) from error


@asynccontextmanager
async def connected(url: str, *, key: str | None, timeout_seconds: float) -> AsyncIterator[Wire]:
    """Open a session with a server; how many requests are under way is the business of `pace.py`.

    Args:
        url: base URL.
        key: API key, sent in the header of every request; None for none.
        timeout_seconds: longest wait for one whole answer.
    """
    import aiohttp

    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key or 'none'}"}
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS),
        headers=headers,
        timeout=aiohttp.ClientTimeout(total=timeout_seconds),
        trust_env=bool(getproxies()),  # where there are none, every request would still look for a .netrc
    ) as session:
        yield Wire(session, url=url, key=key)
