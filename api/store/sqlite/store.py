"""The embedded store: one file, this process (or a few of them), no server."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from api.errors import Unavailable
from api.query.tree import EVERYTHING, Node, Sort
from api.store.document import ROOM, Document, LogEntry, NewEvent, Page
from api.store.protocol import PATIENCE, Collection
from api.store.sqlite.change import Cut, Delete, Insert, Prune, Release, Replace
from api.store.sqlite.connection import connect, make_private, opening
from api.store.sqlite.numbering import Rekey
from api.store.sqlite.reader import Reader
from api.store.sqlite.rows import document, entries
from api.store.sqlite.schema import prepare
from api.store.sqlite.stretches import Stretches
from api.store.sqlite.tables import LOG, STATE, Table
from api.store.sqlite.writer import Writer

__all__ = ["SqliteStore"]

MEMORY = ":memory:"
_LOG = structlog.get_logger(__name__)
_TOLD = 100_000  # documents that were given keys, between two lines of the log
_SEARCHES = 2  # at a time, beside the event loop


class SqliteStore:
    """Implements `api.store.protocol.Store` over SQLite.

    Reads run in the event loop's thread: they take microseconds, less than a change of threads
    would. What takes longer goes to a thread: `api.store.sqlite.plan` tells.

    Args:
        path: the database file (made when missing), or ``:memory:``.
        patience: seconds of CPU after which a search that no index serves is given up.
    """

    def __init__(self, path: str, patience: float = PATIENCE) -> None:
        self._path = path
        self._patience = patience
        self._rekeying: list[asyncio.Task[None]] = []
        self._cutting: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._tables: dict[str, Table] = {}
        self._callbacks: list[Callable[[], None]] = []
        self._writer: Writer | None = None
        self._reader: Reader | None = None
        self._connections: list[sqlite3.Connection] = []

    async def open(self, collections: Sequence[Collection]) -> None:
        """See `Store.open`."""
        self._tables = {one.name: Table(one.name, one.indexes) for one in collections}
        memory = self._path == MEMORY
        if not memory:
            make_private(self._path)
        with opening(self._path):
            writing = connect(self._path)
            self._connections = [writing]
            tables = list(self._tables.values())
            lacking = prepare(writing, tables)
            numbering = writing.execute(STATE.STATE).fetchone()[2]
            # a database in memory is its connection's own
            reading = writing if memory else self._connect()
            scanning = [] if memory else [self._connect() for _ in range(_SEARCHES)]
            self._reader = Reader(reading, scanning, self._patience, self._cut)
            self._writer = Writer(
                writing, Stretches(tables), self._appended, numbering=numbering, inline=memory
            )
        self._rekeying = [asyncio.create_task(self._rekey(table)) for table in lacking]

    def _connect(self) -> sqlite3.Connection:
        connection = connect(self._path, readonly=True)
        self._connections.append(connection)
        return connection

    async def close(self) -> None:
        """See `Store.close`."""
        for task in (*self._rekeying, *self._cutting.values()):
            task.cancel()
        if self._writer is not None:
            await self._writer.close()
        if self._reader is not None:
            await self._reader.close()
        self._writer = self._reader = None
        # the writer's last: closing it, SQLite moves the log of writes into the database
        while self._connections:
            self._connections.pop().close()

    async def ping(self) -> None:
        """See `Store.ping`."""
        self._reading().rows(STATE.PING)

    async def insert(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        """See `Store.insert`."""
        writer = self._writing()
        await writer.write(Insert(writer.future(), self._tables[collection], document, events))

    async def replace(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        """See `Store.replace`."""
        writer = self._writing()
        await writer.write(Replace(writer.future(), self._tables[collection], document, events))

    async def delete(
        self, collection: str, document: Document, events: Sequence[NewEvent] = ()
    ) -> None:
        """See `Store.delete`."""
        writer = self._writing()
        await writer.write(Delete(writer.future(), self._tables[collection], document, events))

    async def release(self, collection: str, owner: str, now: float) -> int:
        """See `Store.release`."""
        writer = self._writing()
        return await writer.write(Release(writer.future(), self._tables[collection], owner, now))

    async def get(self, collection: str, id_: str) -> Document | None:
        """See `Store.get`."""
        rows = self._reading().rows(self._tables[collection].get, (id_,))
        return document(rows[0]) if rows else None

    async def page(
        self,
        collection: str,
        query: Node = EVERYTHING,
        *,
        sort: Sequence[Sort] = (),
        offset: int = 0,
        limit: int = 100,
        room: int = ROOM,
    ) -> Page:
        """See `Store.page`."""
        table = self._tables[collection]
        return await self._reading().page(table, query, sort, offset, limit, room)

    async def find(
        self,
        collection: str,
        query: Node = EVERYTHING,
        *,
        sort: Sequence[Sort] = (),
        offset: int = 0,
        limit: int = 100,
    ) -> list[Document]:
        """See `Store.find`."""
        return await self._reading().find(self._tables[collection], query, sort, offset, limit)

    async def due(self, collection: str, until: float, limit: int) -> list[Document]:
        """See `Store.due`."""
        rows = self._reading().rows(self._tables[collection].due, (until, limit))
        return [document(row) for row in rows]

    async def next_due(self, collection: str) -> float | None:
        """See `Store.next_due`."""
        earliest: float | None = self._reading().rows(self._tables[collection].next_due)[0][0]
        return earliest

    async def read_log(self, after: int, limit: int) -> list[LogEntry]:
        """See `Store.read_log`."""
        return entries(self._reading().rows(LOG.READ, (after, limit)))

    async def logged(self, event_id: str) -> LogEntry | None:
        """See `Store.logged`."""
        rows = self._reading().rows(LOG.FIND, (event_id,))
        return next(iter(entries(rows)), None)

    async def prune_log(self, up_to: int, limit: int) -> int:
        """See `Store.prune_log`."""
        writer = self._writing()
        return await writer.write(Prune(writer.future(), up_to, limit))

    async def log_end(self) -> int:
        """See `Store.log_end`."""
        end: int = self._reading().rows(LOG.END)[0][0]
        return end

    def on_append(self, callback: Callable[[], None]) -> None:
        """See `Store.on_append`."""
        self._callbacks.append(callback)

    def _cut(self, table: Table, path: int) -> None:
        """Has a path's keys cut into stretches, little by little, once at a time."""
        key = (table.name, path)
        if key not in self._cutting:
            task = self._cutting[key] = asyncio.create_task(self._cut_all(table, path))
            task.add_done_callback(lambda _: self._cutting.pop(key, None))

    async def _cut_all(self, table: Table, path: int) -> None:
        with suppress(Unavailable):  # the next long list asks for it again
            writer = self._writing()
            while await writer.write(Cut(writer.future(), table, path)):
                continue

    async def _rekey(self, table: Table) -> None:
        """Gives documents the keys of attributes that were declared later, little by little."""
        _LOG.warning("indexing", collection=table.name)
        writer, done, told = self._writing(), 0, 0
        try:
            while more := await writer.write(Rekey(writer.future(), table)):
                done += more
                if done - told >= _TOLD:
                    told = done
                    _LOG.warning("indexing", collection=table.name, done=done)
        except Unavailable:
            _LOG.warning("indexing_stopped", collection=table.name, help="A restart goes on.")
        else:
            _LOG.warning("indexed", collection=table.name)

    def _appended(self) -> None:
        for callback in self._callbacks:
            callback()

    def _writing(self) -> Writer:
        if self._writer is None:
            raise Unavailable("The store is not open")
        return self._writer

    def _reading(self) -> Reader:
        if self._reader is None:
            raise Unavailable("The store is not open")
        return self._reader
