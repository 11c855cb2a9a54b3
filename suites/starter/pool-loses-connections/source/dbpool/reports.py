"""Reports that are made from the database."""

import asyncio
from collections.abc import Sequence

from dbpool.connection import QueryError
from dbpool.pool import Pool


class Reports:
    """Sums of tables."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def total(self, table: str) -> int:
        """Return the sum of a table."""
        async with self._pool.connection() as connection:
            return sum(await connection.fetch(table))

    async def totals(self, tables: Sequence[str]) -> dict[str, int | None]:
        """Return the sum of each table, None where there is no such table."""

        async def guarded(table: str) -> int | None:
            try:
                return await self.total(table)
            except QueryError:
                return None

        sums = await asyncio.gather(*(guarded(table) for table in tables))
        return dict(zip(tables, sums))
