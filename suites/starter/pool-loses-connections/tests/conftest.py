import asyncio

import pytest

from dbpool import Connection, Pool


@pytest.fixture
def with_pool():
    """Run a coroutine function with a fresh pool, for a second at most."""

    def run(function, *, size=2):
        async def body():
            tables = {"sales": [1, 2, 3], "returns": [4]}
            pool = Pool(lambda: Connection(tables), size=size)
            return await asyncio.wait_for(function(pool), timeout=0.5)

        return asyncio.run(body())

    return run
