# ruff: noqa: S608 - the only names in the texts are those that `Table` has checked
"""The tables, and every SQL text that is not made from a query.

Texts are constant per collection, so that sqlite3 prepares each of them once. Of a request nothing
ever gets into a text: table names come from declared collections, values are bound.

A collection has two tables: ``doc_<name>`` (the envelopes) and ``key_<name>`` (the values of the
declared attributes, which may be many per document where a path crosses arrays). ``keys`` in the
envelope repeats them as JSON: by it a change knows which rows to take away, and sorting by a
declared attribute need not parse the body.
"""

import re
from collections.abc import Sequence

from api.errors import SetupError
from api.store.sqlite.keys import KeyPaths

__all__ = ["LOG", "SCHEMA", "STATE", "Table"]

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
        one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL)""",
    "INSERT OR IGNORE INTO log_end VALUES (1, 0)",
    """CREATE TABLE IF NOT EXISTS collection (
        name TEXT PRIMARY KEY, paths TEXT NOT NULL, total INTEGER NOT NULL)""",
)


class STATE:
    """Statements on the table of collections and on the transaction."""

    BEGIN = "BEGIN IMMEDIATE"
    COMMIT = "COMMIT"
    ROLLBACK = "ROLLBACK"
    PING = "SELECT position FROM log_end"
    READ = "SELECT paths FROM collection WHERE name = ?"
    WRITE = """INSERT INTO collection VALUES (?, ?, 0)
        ON CONFLICT (name) DO UPDATE SET paths = excluded.paths"""
    ADD_TOTAL = "UPDATE collection SET total = total + ? WHERE name = ?"


class LOG:
    """Statements on the event log."""

    COLUMNS = "SELECT name FROM pragma_table_info('log')"
    ADD_NUMBER = "ALTER TABLE log ADD COLUMN number INTEGER NOT NULL DEFAULT 0"
    END = "SELECT position FROM log_end"
    SET_END = "UPDATE log_end SET position = ?"
    APPEND = "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?)"
    _ENTRY = """SELECT position, event_id, type, api, resource, resource_id, time, envelope, rev,
        CAST(snapshot AS BLOB), number FROM log"""
    READ = f"{_ENTRY} WHERE position > ? ORDER BY position LIMIT ?"
    FIND = f"{_ENTRY} WHERE event_id = ?"
    START = "SELECT min(position) FROM log"
    PRUNE = "DELETE FROM log WHERE position < ?"


class Table:
    """The two tables of one collection and the statements on them.

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
        self.paths = {tuple(path.split(".")): number for number, path in enumerate(indexes)}
        self.keys = KeyPaths(self.paths).keys
        self.create = _create(self.doc, self.key)
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
        self.add_key = f"INSERT INTO {key} VALUES (?, ?, ?, ?)"
        self.remove_key = (
            f"DELETE FROM {key} WHERE path = ? AND value = ? AND created = ? AND doc = ?"
        )
        self.clear_keys = f"DELETE FROM {key}"
        self.scan = f"SELECT seq, created, CAST(body AS BLOB) FROM {doc}"
        self.set_keys = f"UPDATE {doc} SET keys = ? WHERE seq = ?"
        first = f"FROM {doc} d ORDER BY created, id LIMIT ? OFFSET ?"
        self.first = f"SELECT {columns} {first}"
        self.first_page = f"SELECT ({self.total}), {columns} {first}"
        self.due = f"SELECT {columns} FROM {doc} d WHERE due <= ? ORDER BY due LIMIT ?"
        self.next_due = f"SELECT min(due) FROM {doc} WHERE due IS NOT NULL"
        self.release = (
            f"UPDATE {doc} SET rev = rev + 1, due = ?, lease_owner = NULL, lease_until = NULL"
            " WHERE lease_owner = ?"
        )


def _create(doc: str, key: str) -> tuple[str, ...]:
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
        f"CREATE INDEX IF NOT EXISTS {doc}_created ON {doc} (created, id)",
        f"CREATE INDEX IF NOT EXISTS {doc}_due ON {doc} (due) WHERE due IS NOT NULL",
        f"""CREATE INDEX IF NOT EXISTS {doc}_lease ON {doc} (lease_owner)
            WHERE lease_owner IS NOT NULL""",
        # `created` before `doc`: the documents of one value come in the order of lists
        f"""CREATE TABLE IF NOT EXISTS {key} (
            path INTEGER NOT NULL,
            value NOT NULL,
            created INTEGER NOT NULL,
            doc INTEGER NOT NULL,
            PRIMARY KEY (path, value, created, doc)) WITHOUT ROWID""",
    )
