"""One connection to a database."""

import asyncio
from collections.abc import Mapping, Sequence


class QueryError(ValueError):
    """The database cannot answer a query."""


class Connection:
    """A connection to a database that is a dictionary of tables."""

    def __init__(self, tables: Mapping[str, Sequence[int]]) -> None:
        self._tables = tables
        self.busy = False

    async def fetch(self, table: str) -> list[int]:
        """Return the rows of a table."""
        await asyncio.sleep(0)
        if table not in self._tables:
            raise QueryError(f"No table {table!r}")
        return list(self._tables[table])
