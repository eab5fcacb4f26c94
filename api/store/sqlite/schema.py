"""Makes the tables, and fills the key tables anew when other attributes are declared."""

import sqlite3
from collections.abc import Sequence
from typing import Final

import orjson

from api.errors import SetupError
from api.store.sqlite.change import Transaction
from api.store.sqlite.keys import keys_rows, keys_text
from api.store.sqlite.stretches import Stretches
from api.store.sqlite.tables import LOG, SCHEMA, STATE, Table

__all__ = ["VERSION", "prepare"]

VERSION: Final = 2
"""Of the file, kept as its ``user_version``: it goes up when the tables change their form."""


def prepare(connection: sqlite3.Connection, tables: Sequence[Table]) -> None:
    """Brings the file to what this program declares, in one transaction.

    Raises SetupError for a file of a later version.
    """
    connection.execute(STATE.BEGIN)
    try:
        _upgrade(connection)
        for statement in SCHEMA:
            connection.execute(statement)
        if ("number",) not in connection.execute(LOG.COLUMNS).fetchall():
            connection.execute(LOG.ADD_NUMBER)  # a file of version 0.1.0
        for table in tables:
            _prepare(connection, table)
    except BaseException:
        connection.execute(STATE.ROLLBACK)
        raise
    connection.execute(STATE.COMMIT)


def _upgrade(connection: sqlite3.Connection) -> None:
    """Brings a file of an earlier version up: what is derived from the bodies is made anew."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise SetupError(
            f"The database was written by a later Turnup (version {version} of its tables; this one"
            f" knows {VERSION}). Use that Turnup, or another file."
        )
    if version == VERSION:
        return
    known = connection.execute("SELECT name FROM sqlite_schema WHERE name = 'collection'")
    if known.fetchone():
        connection.execute("ALTER TABLE log_end ADD COLUMN stretches INTEGER NOT NULL DEFAULT 0")
        for (name,) in connection.execute("SELECT name FROM collection").fetchall():
            connection.execute(f"DROP TABLE IF EXISTS key_{name}")  # a name that `Table` checked
            connection.execute(f"DROP INDEX IF EXISTS doc_{name}_created")
        connection.execute("UPDATE collection SET paths = ''")  # so that `_prepare` fills the keys
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _prepare(connection: sqlite3.Connection, table: Table) -> None:
    for statement in table.create:
        connection.execute(statement)
    if ("history",) not in connection.execute(table.named_columns).fetchall():
        connection.execute(table.add_history)  # a file of an older version
    paths = orjson.dumps([".".join(path) for path in table.declared]).decode()
    row = connection.execute(STATE.READ, (table.name,)).fetchone()
    if row is not None and row[0] == paths:
        return
    connection.execute(STATE.WRITE, (table.name, paths))
    for statement in table.clear:
        connection.execute(statement)
    connection.execute(STATE.CHANGE_STRETCHES)
    transaction = Transaction(connection, Stretches(()))
    last = 0
    while batch := connection.execute(table.scan, (last,)).fetchall():
        for seq, created, body in batch:
            keys = table.keys(orjson.loads(body))
            connection.execute(table.set_keys, (keys_text(keys), seq))
            transaction.add_keys(table, keys_rows(keys), created, seq)
        last = batch[-1][0]
