"""Connections to the reporting database."""

from dbpool.connection import Connection, QueryError
from dbpool.pool import Pool
from dbpool.reports import Reports

__all__ = ["Connection", "Pool", "QueryError", "Reports"]
