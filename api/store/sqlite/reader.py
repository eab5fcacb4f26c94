"""Reading lists: in the event loop's thread where an index leads, else in a thread beside it."""

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from api.errors import Unavailable
from api.query.tree import EVERYTHING, Node, Sort
from api.store.document import Document, Page
from api.store.sqlite.connection import guarded, unavailable
from api.store.sqlite.query import Query, compile_query, drivers, key_lookup
from api.store.sqlite.rows import Parameter, document
from api.store.sqlite.tables import Table

__all__ = ["Reader"]

_MANY = 1000  # rows from which on a query is a thread's work, not the loop's
_COMPILED = 256

_Rows = list[Any]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A compiled query, and whether it may take long."""

    query: Query
    long: bool


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
        try:  # not `guarded`: entering it takes as long as some of the reads
            return self._reading.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise unavailable(error) from error

    async def find(
        self, table: Table, query: Node, sort: Sequence[Sort], offset: int, limit: int
    ) -> list[Document]:
        """A part of those that match."""
        if query == EVERYTHING and not sort:
            rows = self.rows(table.first, (limit, offset))
        else:
            made = self._plan(table, query, sort)
            rows = await self._run(made, made.query.find, (*made.query.found, limit, offset))
        return [document(row) for row in rows]

    async def page(
        self, table: Table, query: Node, sort: Sequence[Sort], offset: int, limit: int
    ) -> Page:
        """The same, and how many match."""
        if query == EVERYTHING and not sort:
            rows = self.rows(table.first_page, (table.name, limit, offset))
            total = rows[0][0] if rows else self._total(table)
        else:
            made = self._plan(table, query, sort)
            one = made.query
            parameters = (*one.counted, *one.found, limit, offset)
            rows = await self._run(made, one.page, parameters)
            # beyond the last row there is none to say how many there are
            total = (rows or await self._run(made, one.count, one.counted))[0][0]
        return Page([document(row[1:]) for row in rows], total)

    def _plan(self, table: Table, query: Node, sort: Sequence[Sort]) -> _Plan:
        """Begins with the condition that fewest documents meet, and tells how long it may take."""
        driver, fewest = None, _MANY + 1
        most = min(self._total(table), _MANY)
        for term in drivers(table, query):
            lookup = key_lookup(table, term)
            if lookup is not None:
                probe = (*lookup.parameters, _MANY)
                rows = most if lookup.slow else self.rows(lookup.probe, probe)[0][0]
                if rows < fewest:
                    driver, fewest = term, rows
        long = (most if driver is None else fewest) >= _MANY
        return _Plan(self._compile(table, query, tuple(sort), driver), long=long)

    def _total(self, table: Table) -> int:
        total: int = self.rows(table.total, (table.name,))[0][0]
        return total

    async def _run(self, plan: _Plan, statement: str, parameters: Sequence[Parameter]) -> _Rows:
        if self._scanning is None or not plan.long:
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
