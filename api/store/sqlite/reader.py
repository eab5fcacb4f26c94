"""Reading lists: in the event loop's thread where that is quick, else in a thread beside it."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from api.errors import TooCostly, Unavailable
from api.query.tree import EVERYTHING, Node, Sort
from api.store.document import Document, Page
from api.store.sqlite.connection import guarded, unavailable
from api.store.sqlite.functions import Functions
from api.store.sqlite.plan import Planner
from api.store.sqlite.query import Bound
from api.store.sqlite.rows import Parameter, document, fetched
from api.store.sqlite.stretches import SIZE, Spreads
from api.store.sqlite.tables import STATE, Table

__all__ = ["Reader", "Request"]

_LOOP = 2000.0  # microseconds that a list may take of the event loop
_NO_LIMIT = float("inf")
_WAITING = 64  # searches that may be under way or wait, over all
_STEPS = 2000  # of SQLite's machine between two looks at the clock

_Rows = list[Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, in bodies of so many bytes; `counting` also asks how many match in all."""

    table: Table
    query: Node
    sort: Sequence[Sort]
    offset: int
    limit: int
    room: float
    counting: bool


class Reader:
    """Reads a database.

    Args:
        reading: the connection for the event loop's thread.
        scanning: those for threads; none: there is but one connection, for everything.
        patience: seconds of CPU after which a search is given up.
        cut: asked to cut a path's keys into stretches.
    """

    def __init__(
        self,
        reading: sqlite3.Connection,
        scanning: Sequence[sqlite3.Connection],
        patience: float,
        cut: Callable[[Table, int], None],
    ) -> None:
        self._loops = _Connection(reading, None, shared=not scanning)
        self._patience = patience
        self._cut = cut
        self._idle: SimpleQueue[_Connection] = SimpleQueue()
        self._scanning = [_Connection(one, patience, shared=False) for one in scanning]
        for one in self._scanning:
            self._idle.put(one)
        threads = len(self._scanning)
        self._threads = ThreadPoolExecutor(threads, "turnup-scan") if threads else None
        self._waiting = 0
        self._closed = False

    async def close(self) -> None:
        """Breaks off the searches that are under way, if any."""
        self._closed = True
        if self._threads is not None:
            for one in self._scanning:
                one.connection.interrupt()
            self._threads.shutdown(cancel_futures=True)

    def rows(self, statement: str, parameters: Sequence[Parameter] = ()) -> _Rows:
        """The rows of a statement that takes microseconds. Raises Unavailable."""
        try:  # not `guarded`: entering it takes as long as some of the reads
            return self._loops.connection.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise unavailable(error) from error

    async def find(
        self, table: Table, query: Node, sort: Sequence[Sort], offset: int, limit: int
    ) -> list[Document]:
        """A part of those that match."""
        if query == EVERYTHING and not sort and offset <= SIZE:
            return [document(row) for row in self.rows(table.first, (limit, offset))]
        page = await self._answer(
            Request(table, query, sort, offset, limit, _NO_LIMIT, counting=False)
        )
        return page.documents

    async def page(
        self, table: Table, query: Node, sort: Sequence[Sort], offset: int, limit: int, room: int
    ) -> Page:
        """The same, and how many match."""
        if query == EVERYTHING and not sort and offset <= SIZE:
            rows = self._page(table.first_page, (table.name, limit, offset), room)
            total = rows[0][0] if rows else self.rows(table.total, (table.name,))[0][0]
            return Page([document(row[1:]) for row in rows], total)
        return await self._answer(Request(table, query, sort, offset, limit, room, counting=True))

    def _page(self, statement: str, parameters: Sequence[Parameter], room: int) -> _Rows:
        with guarded():
            return fetched(self._loops.connection.execute(statement, parameters), room)

    async def _answer(self, request: Request) -> Page:
        if self._closed:
            raise Unavailable("The store is closed")
        with guarded():
            page, cuttable = self._loops.answer(request, _LOOP if self._threads else _NO_LIMIT)
        if page is None and self._threads:
            page, cuttable = await self._search(request, self._threads)
        for path in cuttable:
            self._cut(request.table, path)
        if page is None:
            raise Unavailable("The store is closed")
        return page

    async def _search(
        self, request: Request, threads: ThreadPoolExecutor
    ) -> tuple[Page | None, set[int]]:
        if self._waiting >= _WAITING:
            raise Unavailable("Too many long searches are under way", "Try again later.")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                threads, self._searched, request
            )
        finally:
            self._waiting -= 1

    # -- in a thread

    def _searched(self, request: Request) -> tuple[Page | None, set[int]]:
        connection = self._idle.get()
        try:
            return connection.answer(request, _NO_LIMIT)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT or self._closed:
                raise unavailable(error) from error
            raise _too_costly(request.table, connection.keyed, self._patience) from None
        finally:
            self._idle.put(connection)


class _Connection:
    """A connection for lists; with patience, one whose statements end when that does.

    A shared one is written by, too.
    """

    def __init__(
        self, connection: sqlite3.Connection, patience: float | None, *, shared: bool
    ) -> None:
        self._shared = shared
        self.connection = connection
        self._functions = Functions(connection)
        self._patience = patience
        self._until = 0.0
        self._version = -1
        self._spreads = Spreads(self._rows)
        self.keyed: Collection[tuple[str, ...]] = ()
        """The paths that an index served when the last list was planned."""
        if patience is not None:
            connection.set_progress_handler(self._late, _STEPS)

    def _late(self) -> bool:
        return time.thread_time() > self._until  # noqa: TID251 - what its patience is in

    def answer(self, request: Request, budget: float) -> tuple[Page | None, set[int]]:
        """A list, and paths that should be cut; no list, if it would cost more than the budget.

        All its statements see one state of the database.
        """
        self._until = time.thread_time() + (self._patience or 0)  # noqa: TID251
        self.connection.execute(STATE.READ_BEGIN)
        try:
            return self._answer(request, budget)
        finally:
            if self.connection.in_transaction:
                self.connection.execute(STATE.ROLLBACK)

    def _answer(self, request: Request, budget: float) -> tuple[Page | None, set[int]]:
        if self._shared:
            self._spreads.forget()  # this connection may write, too: nothing tells what changed
        elif self._version != (version := self._rows(STATE.DATA_VERSION)[0][0]):
            self._spreads.forget()
            self._version = version
        planner = Planner(request.table, self._rows, self._spreads)
        plan = planner.plan(
            request.query, request.sort, request.offset, request.limit, counting=request.counting
        )
        self.keyed = planner.table.paths
        if plan.cost > budget:
            return None, planner.cuttable
        total = plan.total
        if total is None:
            total = self._rows(*plan.counting.count())[0][0]
        text, bounds = plan.select.page()
        parameters = self._functions.parameters([*bounds, request.limit, plan.offset])
        rows = fetched(self.connection.execute(text, parameters), request.room)
        return Page([document(row) for row in rows], total), planner.cuttable

    def _rows(self, statement: str, bounds: Sequence[Bound] = ()) -> _Rows:
        parameters = self._functions.parameters(bounds)
        return self.connection.execute(statement, parameters).fetchall()


def _too_costly(table: Table, keyed: Collection[tuple[str, ...]], patience: float) -> TooCostly:
    served = ", ".join(".".join(path) for path in keyed)
    coming = ", ".join(".".join(path) for path in table.paths if path not in keyed)
    later = f" The index of {coming} is being made: try again later." if coming else ""
    return TooCostly(
        f"The search takes more than {patience:g} s of the server's time",
        f"Filter or sort by indexed attributes: {served}.{later}",
    )
