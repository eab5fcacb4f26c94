"""A database file of an earlier version."""

import sqlite3
from pathlib import Path

from api.clock import SystemClock
from api.store import open_store
from tests.store.things import COLLECTIONS, doc, event


async def test_a_log_without_numbers_goes_on(tmp_path: Path) -> None:
    """The file of version 0.1.0, whose log has no ``number``, is opened and written to."""
    path = tmp_path / "old.sqlite"
    for old in (True, False):
        store = open_store(f"sqlite:///{path}", SystemClock())
        await store.open(COLLECTIONS)
        await store.insert("thing", doc(str(old)), [event(str(old)), event(str(old))])
        numbers = [each.number for each in await store.read_log(0, 10)]
        await store.close()
        if old:
            with sqlite3.connect(path) as connection:
                connection.execute("ALTER TABLE log DROP COLUMN number")
            connection.close()
    assert numbers == [0, 0, 0, 1]
