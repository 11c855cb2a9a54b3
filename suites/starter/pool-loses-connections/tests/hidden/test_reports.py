import asyncio

from dbpool import Reports


def test_many_failures_do_not_block_the_others(with_pool):
    async def scenario(pool):
        tables = ["a", "b", "c", "sales", "d", "returns"]
        totals = await Reports(pool).totals(tables)
        assert totals == {"a": None, "b": None, "c": None, "sales": 6, "d": None, "returns": 4}
        assert pool.idle == pool.size

    with_pool(scenario)


def test_a_timeout_gives_the_connection_back(with_pool):
    async def scenario(pool):
        async with pool.connection() as connection:
            pass
        connection.fetch = lambda table: asyncio.Event().wait()
        try:
            await asyncio.wait_for(Reports(pool).total("sales"), timeout=0.02)
        except TimeoutError:
            pass
        assert pool.idle == 1

    with_pool(scenario, size=1)
