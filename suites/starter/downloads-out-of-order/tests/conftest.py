import asyncio

import pytest


class Site:
    """Pages that take a number of turns of the event loop; it notes how many are fetched at a time."""

    def __init__(self, turns):
        self.turns = turns
        self.active = self.peak = self.fetched = 0

    async def fetch(self, address):
        self.active += 1
        self.fetched += 1
        self.peak = max(self.peak, self.active)
        try:
            for _ in range(self.turns[address]):
                await asyncio.sleep(0)
            return f"<{address}>"
        finally:
            self.active -= 1


@pytest.fixture
def site():
    return Site
