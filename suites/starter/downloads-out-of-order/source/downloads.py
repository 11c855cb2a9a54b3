"""Fetches many pages side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

Fetch = Callable[[str], Awaitable[str]]


async def fetch_all(addresses: Sequence[str], fetch: Fetch, *, limit: int = 4) -> list[str]:
    """Return the pages of all addresses, in the order of the addresses.

    At most `limit` pages are fetched at a time. The first failure is raised.
    """
    places = asyncio.Semaphore(limit)

    async def fetch_one(address: str) -> str:
        async with places:
            return await fetch(address)

    tasks = [asyncio.ensure_future(fetch_one(address)) for address in addresses]
    pages = []
    for finished in asyncio.as_completed(tasks):
        pages.append(await finished)
    return pages


async def fetch_book(chapters: Sequence[str], fetch: Fetch, *, separator: str = "\n") -> str:
    """Return all chapters as one text."""
    return separator.join(await fetch_all(chapters, fetch))
