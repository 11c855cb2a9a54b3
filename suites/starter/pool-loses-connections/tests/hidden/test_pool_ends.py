import asyncio

import pytest

from dbpool import QueryError


def test_a_cancelled_request_gives_its_connection_back(with_pool):
    async def scenario(pool):
        inside = asyncio.Event()

        async def request():
            async with pool.connection():
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.ensure_future(request())
        await inside.wait()
        assert pool.idle == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert pool.idle == 2

    with_pool(scenario)


def test_a_request_cancelled_while_it_waits_takes_nothing(with_pool):
    async def scenario(pool):
        async with pool.connection():
            waiting = asyncio.ensure_future(pool.connection().__aenter__())
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        assert pool.idle == 1

    with_pool(scenario, size=1)


def test_the_error_reaches_the_caller_unchanged(with_pool):
    async def scenario(pool):
        error = KeyError("x")
        with pytest.raises(KeyError) as caught:
            async with pool.connection():
                raise error
        assert caught.value is error

    with_pool(scenario)


def test_a_connection_is_busy_only_while_it_is_lent(with_pool):
    async def scenario(pool):
        with pytest.raises(QueryError):
            async with pool.connection() as connection:
                assert connection.busy
                await connection.fetch("nothing")
        assert not connection.busy

    with_pool(scenario)


def test_leaving_a_loop_early_gives_the_connection_back(with_pool):
    async def scenario(pool):
        for _ in range(5):
            async with pool.connection():
                continue
        for _ in range(5):
            async with pool.connection():
                break
        assert pool.idle == 2

    with_pool(scenario)


def test_two_blocks_have_two_connections(with_pool):
    async def scenario(pool):
        async with pool.connection() as first, pool.connection() as second:
            assert first is not second
            assert pool.idle == 0
        assert pool.idle == 2

    with_pool(scenario)
