"""How many keys there are, by stretches: for counts and deep pages without walking all of them.

A path's keys, in the order of the key table, are cut into stretches of a few thousand. For each,
the table ``count_…`` holds its first place and how many keys it has: in all, and those by which an
ascending and a descending list finds its documents. Every change adds to the stretches of its keys,
in its own transaction, so they are always exact. So an offset of half a million costs a look at a
few hundred stretches and a walk through one.

Only paths by which long lists were asked are cut; others cost a change nothing. A stretch that is
not counted yet has NULL, and NULL plus anything stays NULL: so a path is cut bit by bit, from its
beginning on, while changes go on. One that has grown too long is cut again in the same way.
"""

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Any, TypeAlias

import orjson

from api.store.sqlite.keys import NOTHING, Key, KeyRow, key_rank
from api.store.sqlite.rows import Parameter
from api.store.sqlite.tables import STATE, Table

__all__ = [
    "END",
    "SIZE",
    "START",
    "Place",
    "Rows",
    "Spread",
    "Spreads",
    "Stretches",
    "Tally",
    "cut",
]

Place: TypeAlias = tuple[Key, int, int]
"""Value, creation, document: a place in the order of one path's keys."""

Rows: TypeAlias = Callable[[str, Sequence[Parameter]], list[Any]]
"""Gives the rows of a statement."""

SIZE = 2048
"""Keys in a stretch when it is cut; it is cut again when it has twice as many."""

_PIECES = 8  # stretches cut per transaction: a few milliseconds of the event loop
_INT64 = 2**63 - 1

START: Place = (NOTHING, -_INT64, -_INT64)
END: Place = (b"\xff", -_INT64, -_INT64)
"""Before the first key that there can be, and after the last: booleans are the greatest."""

_Ranked: TypeAlias = tuple[int, Key, int, int]


class Stretches:
    """Where the stretches of all collections begin, as the database says: for the writer.

    Args:
        tables: the collections.
    """

    def __init__(self, tables: Iterable[Table]) -> None:
        self._tables = list(tables)
        self._version: int | None = None
        self._starts: dict[str, dict[int, list[_Ranked]]] = {}

    def forget(self) -> None:
        """What was read may be of a transaction that was rolled back, or was changed since."""
        self._version = None

    def read(self, connection: sqlite3.Connection, version: int) -> None:
        """Brings this to the version that the database is at."""
        if version == self._version:
            return
        self._starts = {table.name: _starts(connection, table) for table in self._tables}
        self._version = version

    def of(self, table: Table) -> dict[int, list[_Ranked]]:
        """The beginnings of a collection's stretches, by path; empty where there are none."""
        return self._starts.get(table.name, {})


def _starts(connection: sqlite3.Connection, table: Table) -> dict[int, list[_Ranked]]:
    found: dict[int, list[_Ranked]] = {}
    for path, value, created, doc in connection.execute(table.stretches.starts):
        found.setdefault(path, []).append((key_rank(value), value, created, doc))
    return found


class Tally:
    """What the changes of one transaction add to the stretches."""

    def __init__(self, stretches: Stretches) -> None:
        self._stretches = stretches
        self._added: dict[str, tuple[Table, dict[tuple[int, _Ranked], list[int]]]] = {}

    def add(self, table: Table, rows: Iterable[KeyRow], created: int, doc: int, more: int) -> None:
        """Notes keys that came (1) or went (-1)."""
        starts = self._stretches.of(table)
        if not starts:
            return
        _, added = self._added.setdefault(table.name, (table, {}))
        for path, value, ends in rows:
            if path in starts:
                at = bisect_right(starts[path], (key_rank(value), value, created, doc)) - 1
                counts = added.setdefault((path, starts[path][at]), [0, 0, 0])
                counts[0] += more
                counts[1] += more * (ends & 1)
                counts[2] += more * (ends >> 1 & 1)

    def write(self, connection: sqlite3.Connection) -> None:
        """Writes what was noted."""
        for table, added in self._added.values():
            changes = [
                (*counts, path, *start[1:])
                for (path, start), counts in added.items()
                if any(counts)
            ]
            connection.executemany(table.stretches.add, changes)
        self._added.clear()


def cut(connection: sqlite3.Connection, table: Table, path: int) -> bool:
    """Cuts and counts a few stretches of a path; tells whether it found any to cut.

    Inside of a transaction, after what its changes added is written.
    """
    texts = table.stretches
    found = False
    for _ in range(_PIECES):
        row = connection.execute(texts.wanting, (path, 2 * SIZE)).fetchone()
        if row is None:
            if connection.execute(texts.next, (path, *START)).fetchone():
                break
            row = (NOTHING, -_INT64 + 1, 0)
            connection.execute(texts.begin, (path, *row))
        _cut_one(connection, table, path, row)
        found = True
    if found:  # so that every process reads anew where stretches begin
        connection.execute(STATE.CHANGE_STRETCHES)
    return found


def _cut_one(connection: sqlite3.Connection, table: Table, path: int, start: Place) -> None:
    texts = table.stretches
    end = connection.execute(texts.next, (path, *start)).fetchone() or END
    span: tuple[Parameter, ...] = (path, *start, *end)
    counts = connection.execute(texts.tally, (*span, SIZE)).fetchone()
    connection.execute(texts.set, (*counts, path, *start))
    rest = connection.execute(texts.place, (*span, SIZE)).fetchone()
    if rest is not None:
        connection.execute(texts.begin, (path, *rest))


class Spreads:
    """The stretches that a connection has read.

    Every change changes what they hold, but where they begin stays for long: so after a change
    only their sums are read anew, as one text per path, since that costs least.

    Args:
        rows: gives the rows of a statement.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._version: int | None = None
        self._current = False
        self._starts: dict[tuple[str, int], list[_Ranked]] = {}
        self._known: dict[tuple[str, int], Spread] = {}

    def forget(self) -> None:
        """The database may have changed."""
        self._known.clear()
        self._current = False

    def of(self, table: Table, path: int) -> "Spread":
        """Those of one path."""
        key = (table.name, path)
        if key not in self._known:
            self._known[key] = Spread(table, path, self._rows, self._begins(key, table))
        return self._known[key]

    def _begins(self, key: tuple[str, int], table: Table) -> list[_Ranked]:
        if not self._current:
            version = self._rows(STATE.STATE, ())[0][1]
            if version != self._version:
                self._starts.clear()
                self._version = version
            self._current = True
        if key not in self._starts:
            found = self._rows(table.stretches.among, (key[1],))
            self._starts[key] = [(key_rank(row[0]), *row) for row in found]
        return self._starts[key]


class Spread:
    """The stretches of one path, in one state of the database.

    Args:
        table: of the collection.
        path: the number of the path.
        rows: gives the rows of a statement.
        starts: where they begin.
    """

    def __init__(self, table: Table, path: int, rows: Rows, starts: list[_Ranked]) -> None:
        self._texts = table.stretches
        self._path = path
        self._rows = rows
        self._starts = starts
        self._counts: dict[int, list[int]] = {}
        self._known: dict[tuple[Place, Place, int], tuple[list[Place], list[int]]] = {}
        counted, largest = rows(self._texts.counted, (path,))[0]

        self.counted: bool = 0 < counted == len(starts)
        """Whether there are stretches, and all of them are counted."""
        self.overgrown: bool = counted > 0 and largest > 2 * SIZE
        """Whether one of them should be cut again."""

    def count(self, start: Place, end: Place, column: int = 0) -> int:
        """How many keys there are: all (0), least ones (1), or greatest ones (2)."""
        return self._pieces(start, end, column)[1][-1]

    def seek(
        self, start: Place, end: Place, column: int, offset: int, *, descending: bool = False
    ) -> tuple[Place, int]:
        """Where to begin a walk (backwards: before which place), and how many to skip from there.

        For the keys of the column; nobody needs to walk through more than one stretch.
        """
        places, sums = self._pieces(start, end, column)
        if offset >= sums[-1]:
            return (start if descending else end), offset - sums[-1]
        if descending:
            at = bisect_left(sums, sums[-1] - offset)  # the piece before this one has it
            return (places[at] if at < len(places) else end), offset - (sums[-1] - sums[at])
        at = bisect_right(sums, offset) - 1
        return places[at], offset - sums[at]

    def _between(self, start: Place, end: Place) -> tuple[int, int]:
        """The first and the last stretch that is touched."""
        first = bisect_right(self._starts, (key_rank(start[0]), *start)) - 1
        last = bisect_left(self._starts, (key_rank(end[0]), *end)) - 1
        return max(first, 0), last

    def _pieces(self, start: Place, end: Place, column: int) -> tuple[list[Place], list[int]]:
        """The stretches between two places, the outer ones cut there, and the sums before each.

        One sum more than there are stretches: that of all of them.
        """
        key = (start, end, column)
        if key not in self._known:
            places, counts = self._cut_pieces(start, end, column)
            self._known[key] = places, list(accumulate(counts, initial=0))
        return self._known[key]

    def _cut_pieces(self, start: Place, end: Place, column: int) -> tuple[list[Place], list[int]]:
        first, last = self._between(start, end)
        places: list[Place] = [one[1:] for one in self._starts[first : last + 1]]
        counts = self._column(column)[first : last + 1]
        if not places:
            return [], []
        if start != START:
            places[0] = start
            counts[0] = self._tally(start, places[1] if len(places) > 1 else end, column)
        if end != END and (len(places) > 1 or start == START):
            counts[-1] = self._tally(places[-1], end, column)
        return places, counts

    def _column(self, column: int) -> list[int]:
        """A column of all stretches; nothing where one is not counted."""
        if column not in self._counts:
            text = self._rows(self._texts.columns[column], (self._path,))[0][0]
            self._counts[column] = [one or 0 for one in orjson.loads(text)]
        return self._counts[column]

    def _tally(self, start: Place, end: Place, column: int) -> int:
        span = (self._path, *start, *end)
        if not column:
            return int(self._rows(self._texts.entries, span)[0][0])
        return int(self._rows(self._texts.tally, (*span, -1))[0][column])
