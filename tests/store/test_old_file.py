"""A database file of another version."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import orjson
import pytest

from api.clock import SystemClock
from api.errors import SetupError
from api.query.tree import Sort
from api.store import open_store
from api.store.protocol import Store
from api.store.sqlite.schema import VERSION
from tests.store.things import COLLECTIONS, doc, event, ids, is_

FIRST_VERSION = (
    """CREATE TABLE log (position INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE,
        type TEXT NOT NULL, api TEXT NOT NULL, resource TEXT NOT NULL, resource_id TEXT NOT NULL,
        time TEXT NOT NULL, envelope TEXT NOT NULL, rev INTEGER NOT NULL,
        snapshot TEXT NOT NULL)""",
    "CREATE TABLE log_end (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL)",
    "INSERT INTO log_end VALUES (1, 7)",
    """INSERT INTO log VALUES (7, 'e7', 'ThingEvent', 'tmf000', 'thing', '0',
        '2026-01-01T00:00:00.000Z', '{}', 1, '{}')""",
    "CREATE TABLE collection (name TEXT PRIMARY KEY, paths TEXT NOT NULL, total INTEGER NOT NULL)",
    """CREATE TABLE doc_thing (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        created INTEGER NOT NULL, rev INTEGER NOT NULL, due REAL, lease_owner TEXT,
        lease_until REAL, keys TEXT NOT NULL, process TEXT, body TEXT NOT NULL)""",
    "CREATE INDEX doc_thing_created ON doc_thing (created, id)",
    """CREATE TABLE key_thing (path INTEGER NOT NULL, value NOT NULL, created INTEGER NOT NULL,
        doc INTEGER NOT NULL, PRIMARY KEY (path, value, created, doc)) WITHOUT ROWID""",
)
"""The tables as version 0.1.0 made them, with user_version 0; one event is in the log."""

BODIES = [
    {"id": str(n), "size": 10 - n, **({"state": "a"} if n % 2 else {}), "item": [{"part": n}]}
    for n in range(10)
]


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """A file as version 0.1.0 left it, with ten things and one event."""
    path = tmp_path / "old.sqlite"
    paths = list(COLLECTIONS[0].indexes)
    with database(path) as connection:
        for statement in FIRST_VERSION:
            connection.execute(statement)
        connection.execute(
            "INSERT INTO collection VALUES ('thing', ?, 10)", (orjson.dumps(paths).decode(),)
        )
        for number, body in enumerate(BODIES):
            keys = [[body["state"]] if "state" in body else [], [body["size"]], [], [], []]
            row = (number + 1, str(number), number, orjson.dumps(keys), orjson.dumps(body))
            connection.execute(
                "INSERT INTO doc_thing (seq, id, created, rev, keys, body)"
                " VALUES (?, ?, ?, 1, CAST(? AS TEXT), CAST(? AS TEXT))",
                row,
            )
            for at, values in enumerate(keys):
                for value in values:
                    connection.execute(
                        "INSERT INTO key_thing VALUES (?, ?, ?, ?)", (at, value, number, number + 1)
                    )
    return path


async def check(store: Store) -> None:
    """What must be true of the ten things, whichever way it is asked."""
    assert ids((await store.page("thing")).documents) == [str(n) for n in range(10)]
    page = await store.page("thing", is_("state", "a"), sort=[Sort(("size",))], offset=1, limit=2)
    assert (ids(page.documents), page.total) == (["7", "5"], 5)
    by_state = await store.find("thing", sort=[Sort(("state",))])
    assert ids(by_state) == [*map(str, range(0, 10, 2)), *map(str, range(1, 10, 2))]
    assert [each.rev for each in by_state] == [1] * 10


async def test_a_file_of_the_first_version_is_brought_up(old_file: Path) -> None:
    """Documents, keys, totals and the log are all there, the file goes on, and opens again."""
    for again in (False, True):
        store = open_store(f"sqlite:///{old_file}", SystemClock())
        await store.open(COLLECTIONS)
        await check(store)
        log = await store.read_log(0, 10)
        assert [(one.position, one.number) for one in log] == [(7, 0), (8, 0)][: 1 + again]
        if not again:
            await store.insert("thing", doc("new", 11, state="a"), [event("new")])
            found = await store.get("thing", "new")
            assert found
            await store.delete("thing", found)
            assert await store.log_end() == 8
        await store.close()
    with database(old_file) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)


async def test_a_file_that_cannot_be_brought_up_stays_as_it_was(old_file: Path) -> None:
    """It is all one transaction: a body that is no JSON leaves the earlier version's file."""
    with database(old_file) as connection:
        connection.execute("UPDATE doc_thing SET body = '{' WHERE seq = 10")
        before = list(connection.iterdump())
    store = open_store(f"sqlite:///{old_file}", SystemClock())
    with pytest.raises(orjson.JSONDecodeError):
        await store.open(COLLECTIONS)
    await store.close()
    with database(old_file) as connection:
        assert list(connection.iterdump()) == before
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
        connection.execute(
            "UPDATE doc_thing SET body = ? WHERE seq = 10", (orjson.dumps(BODIES[9]).decode(),)
        )
    await store.open(COLLECTIONS)
    await check(store)
    await store.close()


async def test_a_file_of_a_later_version_is_refused(tmp_path: Path) -> None:
    """The message says what to do, and the file is not touched."""
    path = tmp_path / "later.sqlite"
    with database(path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    store = open_store(f"sqlite:///{path}", SystemClock())
    with pytest.raises(SetupError, match="Use that Turnup, or another file"):
        await store.open(COLLECTIONS)
    await store.close()
    with database(path) as connection:
        assert not connection.execute("SELECT * FROM sqlite_schema").fetchall()


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


async def test_a_file_of_the_second_version_keeps_its_keys(tmp_path: Path) -> None:
    """Nothing is made anew of what it has: only what is new in the tables is added."""
    path = tmp_path / "second.sqlite"
    store = open_store(f"sqlite:///{path}", SystemClock())
    await store.open(COLLECTIONS)
    for number, body in enumerate(BODIES):
        rest = {name: value for name, value in body.items() if name != "id"}
        await store.insert("thing", doc(str(number), number, **rest))
    await store.close()
    with database(path) as connection:
        for table, column in (
            ("collection", "lacking"),
            ("collection", "reached"),
            ("log_end", "numbering"),
        ):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute("PRAGMA user_version = 2")
        keys = connection.execute("SELECT * FROM key_thing").fetchall()
    await store.open(COLLECTIONS)
    await check(store)
    await store.close()
    with database(path) as connection:
        assert connection.execute("SELECT * FROM key_thing").fetchall() == keys
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
