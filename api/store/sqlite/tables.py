# ruff: noqa: S608 - the only names in the texts are those that `Table` has checked
"""The tables, and every SQL text that is not made from a query.

Texts are constant per collection, so that sqlite3 prepares each of them once. Of a request nothing
ever gets into a text: table names come from declared collections, values are bound.

A collection has three tables:

- ``doc_<name>``, the envelopes. ``keys`` in them repeats the values of the declared attributes, as
  JSON: by it a change knows which rows to take away, and other orders need not parse the body.
- ``key_<name>``, the values of the declared attributes, in the order of lists: one row or more for
  each document and path (`api.store.sqlite.keys`).
- ``count_<name>``, how many rows there are in stretches of the key table, for paths that long
  lists were asked by (`api.store.sqlite.stretches`).
"""

import re
from collections.abc import Sequence
from copy import copy
from functools import cache

import orjson

from api.errors import SetupError
from api.store.sqlite.keys import ID, MOST_PATHS, SOLE, WHOLE, KeyPaths

__all__ = ["KEYS_AT_ONCE", "LOG", "SCHEMA", "STATE", "StretchTexts", "Table"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS log (
        position INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL UNIQUE,
        type TEXT NOT NULL,
        api TEXT NOT NULL,
        resource TEXT NOT NULL,
        resource_id TEXT NOT NULL,
        time TEXT NOT NULL,
        envelope TEXT NOT NULL,
        rev INTEGER NOT NULL,
        snapshot TEXT NOT NULL,
        number INTEGER NOT NULL DEFAULT 0)""",
    # the last position is kept by itself: it must not come again when old events are removed
    """CREATE TABLE IF NOT EXISTS log_end (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        position INTEGER NOT NULL,
        stretches INTEGER NOT NULL DEFAULT 0,
        numbering INTEGER NOT NULL DEFAULT 0)""",
    "INSERT OR IGNORE INTO log_end (one, position) VALUES (1, 0)",
    """CREATE TABLE IF NOT EXISTS collection (
        name TEXT PRIMARY KEY,
        paths TEXT NOT NULL,
        total INTEGER NOT NULL,
        lacking TEXT NOT NULL DEFAULT '',
        reached INTEGER NOT NULL DEFAULT 0)""",
)


KEYS_AT_ONCE = 40
"""Rows per statement: one for each of them would cost half as much again."""


class STATE:
    """Statements on the table of collections and on the transaction."""

    BEGIN = "BEGIN IMMEDIATE"
    COMMIT = "COMMIT"
    ROLLBACK = "ROLLBACK"
    KNOWN = "SELECT name FROM sqlite_schema WHERE name = 'collection'"
    PING = "SELECT position FROM log_end"
    READ = "SELECT paths, lacking, total FROM collection WHERE name = ?"
    WRITE = """INSERT INTO collection (name, paths, total) VALUES (?, ?, 0)
        ON CONFLICT (name) DO UPDATE SET paths = excluded.paths, lacking = '', reached = 0"""
    NUMBER = "UPDATE collection SET paths = ?, lacking = ?, reached = ? WHERE name = ?"
    SIZE = "SELECT total, lacking FROM collection WHERE name = ?"
    # of `api.store.sqlite.numbering`: the numbers without all keys, and before which document
    LACKING = "SELECT lacking, reached FROM collection WHERE name = ?"
    REACH = "UPDATE collection SET reached = ? WHERE name = ?"
    KEYED = "UPDATE collection SET lacking = '', reached = 0 WHERE name = ?"
    ADD_TOTAL = "UPDATE collection SET total = total + ? WHERE name = ?"
    # what every transaction begins with, in one read: the log's end, and whether stretches changed
    # or attributes were numbered
    STATE = "SELECT position, stretches, numbering FROM log_end"
    CHANGE_NUMBERING = "UPDATE log_end SET numbering = numbering + 1"
    CHANGE_STRETCHES = "UPDATE log_end SET stretches = stretches + 1"
    READ_BEGIN = "BEGIN"
    DATA_VERSION = "PRAGMA data_version"  # another one when another connection has written


class LOG:
    """Statements on the event log."""

    COLUMNS = "SELECT name FROM pragma_table_info('log')"
    ADD_NUMBER = "ALTER TABLE log ADD COLUMN number INTEGER NOT NULL DEFAULT 0"
    END = "SELECT position FROM log_end"
    SET_END = "UPDATE log_end SET position = ?"
    APPEND = "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?)"
    # the events of one change have one snapshot, and follow each other: the first has it for all
    _ENTRY = """SELECT position, event_id, type, api, resource, resource_id, time, envelope, rev,
        CAST(CASE WHEN snapshot <> '' THEN snapshot
            ELSE (SELECT h.snapshot FROM log h WHERE h.position = log.position - log.number)
            END AS BLOB), number FROM log"""
    READ = f"{_ENTRY} WHERE position > ? ORDER BY position LIMIT ?"
    FIND = f"{_ENTRY} WHERE event_id = ?"
    START = "SELECT min(position) FROM log"
    HEAD = "SELECT position - number FROM log WHERE position = ?"
    NEXT = "SELECT min(position) FROM log WHERE position > ? AND number = 0"
    PRUNE = "DELETE FROM log WHERE position < ?"


class Table:
    """The three tables of one collection and the statements on them.

    Args:
        name: the collection's.
        indexes: its declared attributes, as dotted paths.
    """

    def __init__(self, name: str, indexes: Sequence[str]) -> None:
        if not _NAME.fullmatch(name):
            raise SetupError(f"{name!r} is no name of a collection: letters, digits and _ only")
        self.name = name
        self.doc = f"doc_{name}"
        self.key = f"key_{name}"
        declared = [tuple(path.split(".")) for path in indexes if path != "id"]
        if len(declared) > MOST_PATHS:
            raise SetupError(f"{name}: more than {MOST_PATHS} attributes are declared as indexed")
        self.declared = declared
        self.number([".".join(path) for path in declared])
        self.count = f"count_{name}"
        self.create = _create(self.doc, self.key, self.count)
        columns = self.columns = (
            "d.id, d.created, d.rev, d.due, d.lease_owner, d.lease_until, d.process,"
            " CAST(d.body AS BLOB), d.history"
        )
        self.named_columns = f"SELECT name FROM pragma_table_info('{self.doc}')"
        self.add_history = f"ALTER TABLE {self.doc} ADD COLUMN history TEXT NOT NULL DEFAULT ''"
        self.total = "SELECT total FROM collection WHERE name = ?"
        doc, key = self.doc, self.key
        self.get = f"SELECT {columns} FROM {doc} d WHERE id = ?"
        self.version = f"SELECT seq, rev, created, keys FROM {doc} WHERE id = ?"
        self.insert = (
            f"INSERT INTO {doc} (id, created, rev, due, lease_owner, lease_until, keys, process,"
            " body, history) VALUES (?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?)"
            " ON CONFLICT (id) DO NOTHING"
        )
        self.update = (
            f"UPDATE {doc} SET rev = ?, due = ?, lease_owner = ?, lease_until = ?, keys = ?,"
            " process = ?, body = CAST(? AS TEXT), history = ? WHERE seq = ?"
        )
        self.delete = f"DELETE FROM {doc} WHERE seq = ?"
        self.remove_key = (
            f"DELETE FROM {key}"
            " WHERE path = ? AND value = ? AND ends = ? AND created = ? AND doc = ?"
        )
        self.forget_count = f"DELETE FROM {self.count} WHERE path = ?"
        self.scan = (
            f"SELECT seq, created, keys, CAST(body AS BLOB) FROM {doc} WHERE seq < ?"
            " ORDER BY seq DESC LIMIT ?"
        )
        self.newest = f"SELECT coalesce(max(seq), 0) FROM {doc}"
        self.set_keys = f"UPDATE {doc} SET keys = ? WHERE seq = ?"
        self.first = (
            f"SELECT {columns} FROM (SELECT created, doc FROM {key} WHERE path = {WHOLE}"
            f" ORDER BY value, created, doc LIMIT ? OFFSET ?) k CROSS JOIN {doc} d ON d.seq = k.doc"
        )
        self.first_page = f"SELECT ({self.total}), {self.first.removeprefix('SELECT ')}"
        self.due = f"SELECT {columns} FROM {doc} d WHERE due <= ? ORDER BY due LIMIT ?"
        self.next_due = f"SELECT min(due) FROM {doc} WHERE due IS NOT NULL"
        self.release = (
            f"UPDATE {doc} SET rev = rev + 1, due = ?, lease_owner = NULL, lease_until = NULL"
            " WHERE lease_owner = ?"
        )
        self.several = (
            f"SELECT EXISTS (SELECT 1 FROM {key} INDEXED BY {key}_several"
            f" WHERE path = ? AND path >= 0 AND ends <> {SOLE})"
        )
        self.stretches = StretchTexts(key, self.count)

    def number(self, names: Sequence[str]) -> None:
        """Sets the numbers of attributes: the declared ones are among them."""
        paths = [tuple(name.split(".")) for name in names]
        self.paths = {path: paths.index(path) for path in self.declared} | {("id",): ID}
        """The numbers of all paths that lists are looked up by."""
        self.keys = KeyPaths(paths).keys

    def with_keys(self, lacking: str) -> "Table":
        """A view of it without the paths for which not all documents have keys yet."""
        if not lacking:
            return self
        numbers = orjson.loads(lacking)
        made = copy(self)
        made.paths = {path: each for path, each in self.paths.items() if each not in numbers}
        return made

    def add_keys(self, rows: int) -> str:
        """Adds so many at once; takes the document's creation and number, then each key's own."""
        return _add_keys(self.key, rows)

    def rows(self, path: int) -> str:
        """Where the keys of a path are; those of ``id`` are read off the documents' own index."""
        if path != ID:
            return self.key
        return f"(SELECT {ID} path, id value, created, seq doc, {SOLE} ends FROM {self.doc})"


class StretchTexts:
    """The statements on the counts of one collection; see `api.store.sqlite.stretches`."""

    def __init__(self, key: str, count: str) -> None:
        place = "(value, created, doc)"
        self.starts = f"SELECT path, value, created, doc FROM {count} ORDER BY path, {place[1:-1]}"
        self.begin = f"INSERT INTO {count} VALUES (?, ?, ?, ?, NULL, NULL, NULL)"
        self.wanting = (
            f"SELECT value, created, doc FROM {count} WHERE path = ?"
            " AND (entries IS NULL OR entries > ?) ORDER BY value, created, doc LIMIT 1"
        )
        self.next = (
            f"SELECT value, created, doc FROM {count} WHERE path = ? AND {place} > (?, ?, ?)"
            " ORDER BY value, created, doc LIMIT 1"
        )
        span = f"FROM {key} WHERE path = ? AND {place} >= (?, ?, ?) AND {place} < (?, ?, ?)"
        order = "ORDER BY value, created, doc"
        self.place = f"SELECT value, created, doc {span} {order} LIMIT 1 OFFSET ?"
        self.tally = (
            "SELECT count(*), coalesce(sum(ends & 1), 0), coalesce(sum(ends >> 1 & 1), 0)"
            f" FROM (SELECT ends {span} {order} LIMIT ?)"
        )
        self.entries = f"SELECT count(*) {span}"
        which = "WHERE path = ? AND value = ? AND created = ? AND doc = ?"
        self.set = f"UPDATE {count} SET entries = ?, least = ?, greatest = ? {which}"
        self.add = (
            f"UPDATE {count} SET entries = entries + ?, least = least + ?, greatest = greatest + ?"
            f" {which}"
        )
        self.among = f"SELECT value, created, doc FROM {count} WHERE path = ? {order}"
        self.counted = f"SELECT count(entries), max(entries) FROM {count} WHERE path = ?"
        self.columns = [
            f"SELECT json_group_array({name}) FROM"
            f" (SELECT {name} FROM {count} WHERE path = ? {order})"
            for name in ("entries", "least", "greatest")
        ]


@cache
def _add_keys(key: str, rows: int) -> str:
    values = (f"(?{n}, ?{n + 1}, ?{n + 2}, ?1, ?2)" for n in range(3, 3 * rows + 3, 3))
    # FAIL: a statement that must be able to undo its first rows copies every page before it changes
    # it, which doubles its cost; the writer undoes the whole transaction when a row fails
    columns = "(path, value, ends, created, doc)"
    return f"INSERT OR FAIL INTO {key} {columns} VALUES {', '.join(values)}"


def _create(doc: str, key: str, count: str) -> tuple[str, ...]:
    return (
        f"""CREATE TABLE IF NOT EXISTS {doc} (
            seq INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            created INTEGER NOT NULL,
            rev INTEGER NOT NULL,
            due REAL,
            lease_owner TEXT,
            lease_until REAL,
            keys TEXT NOT NULL,
            process TEXT,
            body TEXT NOT NULL,
            history TEXT NOT NULL DEFAULT '')""",
        f"CREATE INDEX IF NOT EXISTS {doc}_due ON {doc} (due) WHERE due IS NOT NULL",
        f"""CREATE INDEX IF NOT EXISTS {doc}_lease ON {doc} (lease_owner)
            WHERE lease_owner IS NOT NULL""",
        # `created` before `doc`: the documents of one value come in the order of lists
        f"""CREATE TABLE IF NOT EXISTS {key} (
            path INTEGER NOT NULL,
            value NOT NULL,
            created INTEGER NOT NULL,
            doc INTEGER NOT NULL,
            ends INTEGER NOT NULL,
            PRIMARY KEY (path, value, created, doc)) WITHOUT ROWID""",
        # tells at once whether any document has several values at a path
        f"""CREATE INDEX IF NOT EXISTS {key}_several ON {key} (path)
            WHERE path >= 0 AND ends <> {SOLE}""",
        f"""CREATE TABLE IF NOT EXISTS {count} (
            path INTEGER NOT NULL,
            value NOT NULL,
            created INTEGER NOT NULL,
            doc INTEGER NOT NULL,
            entries INTEGER,
            least INTEGER,
            greatest INTEGER,
            PRIMARY KEY (path, value, created, doc)) WITHOUT ROWID""",
    )
