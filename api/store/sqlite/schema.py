"""Makes the tables, and brings those of an earlier version up."""

import sqlite3
from collections.abc import Sequence
from typing import Final

import orjson
import structlog

from api.errors import SetupError
from api.store.sqlite.change import Transaction
from api.store.sqlite.keys import keys_rows, keys_text
from api.store.sqlite.numbering import rekey, take_up
from api.store.sqlite.stretches import Stretches
from api.store.sqlite.tables import LOG, SCHEMA, STATE, Table

__all__ = ["AT_ONCE", "VERSION", "prepare"]

VERSION: Final = 4
"""Of the file, kept as its ``user_version``: it goes up when the tables change their form."""

_WITH_STRETCHES: Final = 2
_WITH_NUMBERING: Final = 3


AT_ONCE: Final = 5000
"""Documents that get the keys of new attributes before the file is open: in a second or so."""

_LOG = structlog.get_logger(__name__)


def prepare(connection: sqlite3.Connection, tables: Sequence[Table]) -> list[Table]:
    """Brings the file to what this program declares, in one transaction.

    Returns the tables that still lack keys: `api.store.sqlite.numbering.rekey` gives them. Raises
    SetupError for a file of a later version.
    """
    connection.execute(STATE.BEGIN)
    try:
        _upgrade(connection)
        for statement in SCHEMA:
            connection.execute(statement)
        if ("number",) not in connection.execute(LOG.COLUMNS).fetchall():
            connection.execute(LOG.ADD_NUMBER)  # a file of version 0.1.0
        lacking = [table for table in tables if not _prepare(connection, table)]
    except BaseException:
        connection.execute(STATE.ROLLBACK)
        raise
    connection.execute(STATE.COMMIT)
    return lacking


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
    if version < _WITH_NUMBERING and connection.execute(STATE.KNOWN).fetchone():
        if version < _WITH_STRETCHES:
            _remake_keys(connection)
        for column in ("lacking TEXT NOT NULL DEFAULT ''", "reached INTEGER NOT NULL DEFAULT 0"):
            connection.execute(f"ALTER TABLE collection ADD COLUMN {column}")
        connection.execute("ALTER TABLE log_end ADD COLUMN numbering INTEGER NOT NULL DEFAULT 0")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _remake_keys(connection: sqlite3.Connection) -> None:
    """Drops the keys of a version whose key tables had another form."""
    connection.execute("ALTER TABLE log_end ADD COLUMN stretches INTEGER NOT NULL DEFAULT 0")
    for (name,) in connection.execute("SELECT name FROM collection").fetchall():
        connection.execute(f"DROP TABLE IF EXISTS key_{name}")  # a name that `Table` checked
        connection.execute(f"DROP INDEX IF EXISTS doc_{name}_created")
    connection.execute("UPDATE collection SET paths = ''")  # so that `_prepare` fills the keys


def _prepare(connection: sqlite3.Connection, table: Table) -> bool:
    """Tells whether all documents have all their keys."""
    for statement in table.create:
        connection.execute(statement)
    if ("history",) not in connection.execute(table.named_columns).fetchall():
        connection.execute(table.add_history)  # a file of an older version
    paths, lacking, total = connection.execute(STATE.READ, (table.name,)).fetchone() or ("", "", 0)
    transaction = Transaction(connection, Stretches(()))
    if not paths:
        names = [".".join(path) for path in table.declared]
        connection.execute(STATE.WRITE, (table.name, orjson.dumps(names).decode()))
        _fill(transaction, table, total)
        return True
    lacking = take_up(transaction, table, orjson.loads(paths), lacking)
    while lacking and total <= AT_ONCE:
        lacking = lacking if rekey(transaction, table) else ""
    transaction.finish()
    return not lacking


def _fill(transaction: Transaction, table: Table, total: int) -> None:
    """Makes all keys, of a table that has none."""
    last, done = 2**63 - 1, 0
    while batch := transaction.execute(table.scan, (last, AT_ONCE)).fetchall():
        for seq, created, _, body in batch:
            keys = table.keys(orjson.loads(body))
            transaction.execute(table.set_keys, (keys_text(keys), seq))
            transaction.add_keys(table, keys_rows(keys), created, seq)
        last, done = batch[-1][0], done + len(batch)
        if total > AT_ONCE:
            _LOG.warning("indexing", collection=table.name, done=done, documents=total)
