"""One waiting write, and what it does inside the transaction."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson

from api.errors import DuplicateId, Stale
from api.store.document import Document, NewEvent
from api.store.sqlite.keys import keys_rows, keys_text
from api.store.sqlite.rows import event_row
from api.store.sqlite.tables import LOG, STATE, Table

if TYPE_CHECKING:
    from asyncio import Future

__all__ = ["Change", "Delete", "Insert", "Prune", "Release", "Replace", "Transaction"]


class Transaction:
    """What the changes of one transaction share; written at its end, once for all of them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.execute = connection.execute
        self.executemany = connection.executemany
        self._start: int = self.execute(LOG.END).fetchone()[0]
        self._end: int = self._start
        self._totals: dict[str, int] = {}

    @property
    def appended(self) -> bool:
        """Whether it has events."""
        return self._end > self._start

    def append(self, events: Sequence[NewEvent], rev: int, snapshot: bytes) -> None:
        """Adds events to the log."""
        for number, event in enumerate(events):
            self._end += 1
            self.execute(LOG.APPEND, event_row(self._end, event, rev, snapshot, number))

    def count(self, table: Table, more: int) -> None:
        """Notes that a collection has so many documents more."""
        self._totals[table.name] = self._totals.get(table.name, 0) + more

    def finish(self) -> None:
        """Writes what was noted."""
        for name, more in self._totals.items():
            if more:
                self.execute(STATE.ADD_TOTAL, (more, name))
        if self.appended:
            self.execute(LOG.SET_END, (self._end,))


class Change(ABC):
    """A write that waits; its result (or error) goes into the future once it is on the disk."""

    __slots__ = ("future",)

    def __init__(self, future: "Future[int]") -> None:
        self.future = future

    @abstractmethod
    def apply(self, transaction: Transaction) -> int:
        """Does it. Raises DuplicateId or Stale before it has changed anything."""


class _Write(Change):
    """A change of one document, with its events."""

    __slots__ = ("document", "events", "keys", "keys_text", "process", "raw", "table")

    def __init__(
        self,
        future: "Future[int]",
        table: Table,
        document: Document,
        events: Sequence[NewEvent],
    ) -> None:
        super().__init__(future)
        self.table = table
        self.document = document
        self.events = events
        # made here, in the caller's task: what cannot be written fails the caller alone
        self.raw = document.body.raw
        self.keys = table.keys(document.body.data)
        self.keys_text = keys_text(self.keys)
        process = document.process
        self.process = None if process is None else orjson.dumps(process).decode()

    def stored(self, transaction: Transaction, rev: int) -> tuple[int, int, str]:
        """The row's number, creation and keys. Raises Stale if it is not at that revision."""
        row = transaction.execute(self.table.version, (self.document.id,)).fetchone()
        if row is None or row[1] != rev:
            raise Stale(f"{self.table.name} {self.document.id}")
        return row[0], row[2], row[3]

    def move_keys(self, transaction: Transaction, row: int, created: int, old: str) -> None:
        """Brings the key table from the old keys to the new ones."""
        if old == self.keys_text:
            return
        before, after = set(keys_rows(orjson.loads(old))), set(keys_rows(self.keys))
        transaction.executemany(
            self.table.remove_key, [(*key, created, row) for key in before - after]
        )
        transaction.executemany(
            self.table.add_key, [(*key, created, row) for key in after - before]
        )


class Insert(_Write):
    """Adds a document."""

    __slots__ = ()

    def apply(self, transaction: Transaction) -> int:
        """See `Change.apply`."""
        document, table = self.document, self.table
        lease = document.lease
        cursor = transaction.execute(
            table.insert,
            (
                document.id,
                document.created,
                document.rev,
                document.due,
                lease and lease.owner,
                lease and lease.until,
                self.keys_text,
                self.process,
                self.raw,
                document.history,
            ),
        )
        if not cursor.rowcount:
            raise DuplicateId(f"{table.name} {document.id}")
        row = cursor.lastrowid or 0
        keys = [(*key, document.created, row) for key in keys_rows(self.keys)]
        if keys:
            transaction.executemany(table.add_key, keys)
        transaction.count(table, 1)
        transaction.append(self.events, document.rev, self.raw)
        return 1


class Replace(_Write):
    """Writes a changed document."""

    __slots__ = ()

    def apply(self, transaction: Transaction) -> int:
        """See `Change.apply`."""
        document = self.document
        row, created, keys = self.stored(transaction, document.rev - 1)
        lease = document.lease
        transaction.execute(
            self.table.update,
            (
                document.rev,
                document.due,
                lease and lease.owner,
                lease and lease.until,
                self.keys_text,
                self.process,
                self.raw,
                document.history,
                row,
            ),
        )
        self.move_keys(transaction, row, created, keys)
        transaction.append(self.events, document.rev, self.raw)
        return 1


class Delete(_Write):
    """Removes a document. Its events are one revision further than what was read."""

    __slots__ = ()

    def apply(self, transaction: Transaction) -> int:
        """See `Change.apply`."""
        row, created, keys = self.stored(transaction, self.document.rev)
        transaction.execute(self.table.delete, (row,))
        self.keys, self.keys_text = [], "[]"
        self.move_keys(transaction, row, created, keys)
        transaction.count(self.table, -1)
        transaction.append(self.events, self.document.rev + 1, self.raw)
        return 1


class Release(Change):
    """Ends the leases of an owner and makes their documents due."""

    __slots__ = ("now", "owner", "table")

    def __init__(self, future: "Future[int]", table: Table, owner: str, now: float) -> None:
        super().__init__(future)
        self.table = table
        self.owner = owner
        self.now = now

    def apply(self, transaction: Transaction) -> int:
        """See `Change.apply`."""
        return transaction.execute(self.table.release, (self.now, self.owner)).rowcount


class Prune(Change):
    """Removes the oldest events."""

    __slots__ = ("limit", "up_to")

    def __init__(self, future: "Future[int]", up_to: int, limit: int) -> None:
        super().__init__(future)
        self.up_to = up_to
        self.limit = limit

    def apply(self, transaction: Transaction) -> int:
        """See `Change.apply`."""
        start: int | None = transaction.execute(LOG.START).fetchone()[0]
        if start is None:
            return 0
        end: int = transaction.execute(LOG.END).fetchone()[0]
        # positions have no gaps: so many of them are so many events
        keep = min(self.up_to + 1, start + self.limit, end)
        return transaction.execute(LOG.PRUNE, (keep,)).rowcount
