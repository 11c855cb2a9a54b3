import pytest

from dbpool import QueryError, Reports


def test_a_failing_query_gives_its_connection_back(with_pool):
    async def scenario(pool):
        with pytest.raises(QueryError):
            await Reports(pool).total("no such table")
        assert pool.idle == 2

    with_pool(scenario)


def test_a_report(with_pool):
    async def scenario(pool):
        assert await Reports(pool).total("sales") == 6
        assert pool.idle == 2

    with_pool(scenario)
