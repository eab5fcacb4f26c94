"""Reading lists: in the event loop's thread where an index leads, else in a thread beside it."""

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from api.errors import Unavailable
from api.query.tree import EVERYTHING, Node, Sort
from api.store.document import Document, Page
from api.store.sqlite.connection import guarded
from api.store.sqlite.query import Query, compile_query
from api.store.sqlite.rows import Parameter, document
from api.store.sqlite.tables import Table

__all__ = ["Reader"]

_SMALL = 1000  # documents into whose bodies the loop itself may look
_COMPILED = 256

_Rows = list[Any]


class Reader:
    """Reads a database.

    Args:
        reading: the connection for the event loop's thread.
        scanning: the one for the thread; None: there is but one connection, for everything.
    """

    def __init__(self, reading: sqlite3.Connection, scanning: sqlite3.Connection | None) -> None:
        self._reading = reading
        self._scanning = scanning
        self._thread = ThreadPoolExecutor(1, "turnup-scan") if scanning else None
        self._compile = lru_cache(_COMPILED)(compile_query)
        self._closed = False

    async def close(self) -> None:
        """Breaks off the scan that is under way, if any."""
        self._closed = True
        if self._thread is not None and self._scanning is not None:
            self._scanning.interrupt()
            self._thread.shutdown(cancel_futures=True)

    def rows(self, statement: str, parameters: Sequence[Parameter] = ()) -> _Rows:
        """The rows of a statement that takes microseconds. Raises Unavailable."""
        with guarded():
            return self._reading.execute(statement, parameters).fetchall()

    async def find(
        self, table: Table, query: Node, sort: Sequence[Sort], offset: int, limit: int
    ) -> list[Document]:
        """A part of those that match."""
        if query == EVERYTHING and not sort:
            rows = self.rows(table.first, (limit, offset))
        else:
            made = self._compile(table, query, tuple(sort))
            rows = await self._run(table, made, made.find, (*made.found, limit, offset))
        return [document(row) for row in rows]

    async def page(
        self, table: Table, query: Node, sort: Sequence[Sort], offset: int, limit: int
    ) -> Page:
        """The same, and how many match."""
        if query == EVERYTHING and not sort:
            rows = self.rows(table.first_page, (table.name, limit, offset))
            total = rows[0][0] if rows else self._total(table)
        else:
            made = self._compile(table, query, tuple(sort))
            parameters = (*made.counted, *made.found, limit, offset)
            rows = await self._run(table, made, made.page, parameters)
            if not rows:
                total = (await self._run(table, made, made.count, made.counted))[0][0]
            else:
                total = rows[0][0]
        return Page([document(row[1:]) for row in rows], total)

    def _total(self, table: Table) -> int:
        total: int = self.rows(table.total, (table.name,))[0][0]
        return total

    async def _run(
        self, table: Table, query: Query, statement: str, parameters: Sequence[Parameter]
    ) -> _Rows:
        if self._scanning is None or not query.scans or self._total(table) <= _SMALL:
            return self.rows(statement, parameters)
        if self._closed:
            raise Unavailable("The store is closed")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, _scan, self._scanning, statement, parameters
        )


def _scan(connection: sqlite3.Connection, statement: str, parameters: Sequence[Parameter]) -> _Rows:
    with guarded():
        return connection.execute(statement, parameters).fetchall()
