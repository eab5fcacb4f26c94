"""One waiting write, and what it does inside the transaction."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson

from api.errors import DuplicateId, Stale
from api.store.document import Document, NewEvent
from api.store.sqlite.keys import KeyRow, Keys, keys_rows, keys_text
from api.store.sqlite.rows import Parameter, event_row
from api.store.sqlite.stretches import Stretches, Tally, cut
from api.store.sqlite.tables import KEYS_AT_ONCE, LOG, STATE, Table

if TYPE_CHECKING:
    from asyncio import Future

__all__ = ["Change", "Cut", "Delete", "Insert", "Prune", "Release", "Replace", "Transaction"]


class Transaction:
    """What the changes of one transaction share; written at its end, once for all of them.

    Args:
        connection: on which the transaction is open.
        stretches: what is known of them; brought up to date here.
    """

    def __init__(self, connection: sqlite3.Connection, stretches: Stretches) -> None:
        self._connection = connection
        self.execute = connection.execute
        end, version, self.numbering = self.execute(STATE.STATE).fetchone()
        self._start: int = end
        self._end: int = end
        self._version: int = version
        self._totals: dict[str, int] = {}
        self._stretches = stretches
        stretches.read(connection, self._version)
        self._tally = Tally(stretches)

    @property
    def appended(self) -> bool:
        """Whether it has events."""
        return self._end > self._start

    def append(self, events: Sequence[NewEvent], rev: int, snapshot: bytes) -> None:
        """Adds events to the log."""
        for number, event in enumerate(events):
            self._end += 1
            self.execute(LOG.APPEND, event_row(self._end, event, rev, snapshot, number))
            snapshot = b""  # the first one has it for all

    def count(self, table: Table, more: int) -> None:
        """Notes that a collection has so many documents more."""
        self._totals[table.name] = self._totals.get(table.name, 0) + more

    def add_keys(self, table: Table, rows: Sequence[KeyRow], created: int, doc: int) -> None:
        """Adds rows to a key table."""
        for at in range(0, len(rows), KEYS_AT_ONCE):
            part = rows[at : at + KEYS_AT_ONCE]
            values: list[Parameter] = [created, doc]
            for row in part:
                values += row
            self.execute(table.add_keys(len(part)), values)
        self._tally.add(table, rows, created, doc, 1)

    def remove_keys(self, table: Table, rows: Sequence[KeyRow], created: int, doc: int) -> None:
        """Takes rows out of a key table."""
        self._connection.executemany(table.remove_key, [(*row, created, doc) for row in rows])
        self._tally.add(table, rows, created, doc, -1)

    def move_keys(
        self, table: Table, old: str, new: Sequence[KeyRow], created: int, doc: int
    ) -> None:
        """Brings the key table from a document's old keys to its new ones."""
        before = keys_rows(orjson.loads(old))
        self.remove_keys(table, [key for key in before if key not in new], created, doc)
        self.add_keys(table, [key for key in new if key not in before], created, doc)

    def rekey(self, table: Table, old: str, keys: Keys, created: int, doc: int) -> None:
        """Gives a document the keys that its body has."""
        text = keys_text(keys)
        if text != old:
            self.move_keys(table, old, keys_rows(keys), created, doc)
            self.execute(table.set_keys, (text, doc))

    def cut(self, table: Table, path: int) -> bool:
        """See `api.store.sqlite.stretches.cut`."""
        self._tally.write(self._connection)
        found = cut(self._connection, table, path)
        self._stretches.forget()
        self._version += found
        self._stretches.read(self._connection, self._version)
        return found

    def finish(self) -> None:
        """Writes what was noted."""
        self._tally.write(self._connection)
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
        transaction.add_keys(table, keys_rows(self.keys), document.created, row)
        transaction.count(table, 1)
        transaction.append(self.events, document.rev, self.raw)
        return 1


class Replace(_Write):
    """Writes a changed document."""

    __slots__ = ()

    def apply(self, transaction: Transaction) -> int:
        """See `Change.apply`."""
        document, table = self.document, self.table
        row, created, keys = self.stored(transaction, document.rev - 1)
        lease = document.lease
        transaction.execute(
            table.update,
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
        if keys != self.keys_text:
            transaction.move_keys(table, keys, keys_rows(self.keys), created, row)
        transaction.append(self.events, document.rev, self.raw)
        return 1


class Delete(_Write):
    """Removes a document. Its events are one revision further than what was read."""

    __slots__ = ()

    def apply(self, transaction: Transaction) -> int:
        """See `Change.apply`."""
        row, created, keys = self.stored(transaction, self.document.rev)
        transaction.execute(self.table.delete, (row,))
        transaction.remove_keys(self.table, keys_rows(orjson.loads(keys)), created, row)
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

        def whole(position: int) -> int:
            """Where the change begins that an event is of: its events go together."""
            head: int = transaction.execute(LOG.HEAD, (position,)).fetchone()[0]
            return head

        most = whole(min(self.up_to + 1, end)) if self.up_to >= start else start
        # positions have no gaps: so many of them are so many events
        keep = whole(min(most, start + self.limit))
        if keep <= start < most:  # the first change has more than that
            (keep,) = transaction.execute(LOG.NEXT, (start,)).fetchone()
        return transaction.execute(LOG.PRUNE, (keep,)).rowcount


class Cut(Change):
    """Cuts a path's keys into stretches, a few of them; 0: none is left to cut."""

    __slots__ = ("path", "table")

    def __init__(self, future: "Future[int]", table: Table, path: int) -> None:
        super().__init__(future)
        self.table = table
        self.path = path

    def apply(self, transaction: Transaction) -> int:
        """See `Change.apply`."""
        return int(transaction.cut(self.table, self.path))
