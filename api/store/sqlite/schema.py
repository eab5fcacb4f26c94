"""Makes the tables, and fills the key tables anew when other attributes are declared."""

import sqlite3
from collections.abc import Sequence

import orjson

from api.store.sqlite.keys import keys_rows, keys_text
from api.store.sqlite.tables import LOG, SCHEMA, STATE, Table

__all__ = ["prepare"]


def prepare(connection: sqlite3.Connection, tables: Sequence[Table]) -> None:
    """Brings the file to what this program declares, in one transaction."""
    connection.execute(STATE.BEGIN)
    try:
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


def _prepare(connection: sqlite3.Connection, table: Table) -> None:
    for statement in table.create:
        connection.execute(statement)
    if ("history",) not in connection.execute(table.named_columns).fetchall():
        connection.execute(table.add_history)  # a file of an older version
    paths = orjson.dumps([".".join(path) for path in table.paths]).decode()
    row = connection.execute(STATE.READ, (table.name,)).fetchone()
    if row is not None and row[0] == paths:
        return
    connection.execute(STATE.WRITE, (table.name, paths))
    connection.execute(table.clear_keys)
    for seq, created, body in connection.execute(table.scan).fetchall():
        keys = table.keys(orjson.loads(body))
        connection.execute(table.set_keys, (keys_text(keys), seq))
        rows = [(*key, created, seq) for key in keys_rows(keys)]
        connection.executemany(table.add_key, rows)
