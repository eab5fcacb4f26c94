"""What SQLite's writer does when things go wrong."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.errors import DuplicateId, Unavailable
from api.query.tree import Op
from api.store.sqlite import SqliteStore
from tests.store.things import COLLECTIONS, doc, event, is_


@pytest.fixture
async def file_store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A store in an empty file."""
    store = SqliteStore(str(tmp_path / "turnup.db"))
    await store.open(COLLECTIONS)
    yield store
    await store.close()


async def test_a_full_disk_is_told_to_every_writer(file_store: SqliteStore) -> None:
    """Nothing is lost silently: each write fails, and later ones succeed when there is room."""
    connection = file_store._writing()._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    big = [doc(f"{n}", text="x" * 20_000) for n in range(8)]
    results = await asyncio.gather(
        *(file_store.insert("thing", one, [event(one.id)]) for one in big), return_exceptions=True
    )
    assert set(map(type, results)) == {Unavailable}
    assert (await file_store.page("thing")).total == 0
    connection.execute("PRAGMA max_page_count = 1000000")
    await asyncio.gather(*(file_store.insert("thing", one, [event(one.id)]) for one in big))
    assert await file_store.log_end() == (await file_store.page("thing")).total == 8


async def test_a_change_that_fails_halfway_is_undone_alone(file_store: SqliteStore) -> None:
    """An event whose id is taken fails its own change; what was committed with it is there."""
    await file_store.insert("thing", doc("first"), [event("first", "taken")])
    results = await asyncio.gather(
        file_store.insert("thing", doc("a"), [event("a")]),
        file_store.insert("thing", doc("b"), [event("b"), event("b", "taken")]),
        file_store.insert("thing", doc("c"), [event("c")]),
        return_exceptions=True,
    )
    assert list(map(type, results)) == [type(None), DuplicateId, type(None)]
    assert await file_store.get("thing", "b") is None
    log = await file_store.read_log(0, 10)
    assert [(one.position, one.event.resource_id) for one in log] == [
        (1, "first"),
        (2, "a"),
        (3, "c"),
    ]
    assert (await file_store.page("thing", is_("id", "b"))).total == 0


async def test_writes_of_successive_turns_share_a_transaction(file_store: SqliteStore) -> None:
    """Requests are read one turn before they write: those that came meanwhile go along."""
    commits = _commits(file_store)
    writes = []
    for number in range(20):
        writes.append(asyncio.create_task(file_store.insert("thing", doc(f"{number}"))))
        await asyncio.sleep(0)
    await asyncio.gather(*writes)
    assert len(commits) == 1


async def test_a_steady_stream_of_writes_is_cut_into_transactions(file_store: SqliteStore) -> None:
    """Nobody waits for ever because others keep coming."""
    commits = _commits(file_store)
    writes = []
    for number in range(500):
        writes.append(asyncio.create_task(file_store.insert("thing", doc(f"{number}"))))
        await asyncio.sleep(0)
    await asyncio.gather(*writes)
    assert 1 < len(commits) <= 500 // 100


def _commits(store: SqliteStore) -> list[str]:
    """The COMMIT statements from now on."""
    seen: list[str] = []

    def trace(statement: str) -> None:
        if statement == "COMMIT":
            seen.append(statement)

    store._writing()._connection.set_trace_callback(trace)
    return seen


async def test_another_process_that_holds_the_lock_is_waited_for(
    file_store: SqliteStore, tmp_path: Path
) -> None:
    """The event loop goes on meanwhile, and the write succeeds once the lock is free."""
    other = sqlite3.connect(tmp_path / "turnup.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    write = asyncio.create_task(file_store.insert("thing", doc("one")))
    await asyncio.sleep(0.1)
    assert not write.done()
    assert await file_store.get("thing", "one") is None
    other.execute("COMMIT")
    other.close()
    await write
    assert await file_store.get("thing", "one") is not None


async def test_a_cancelled_writer_does_not_disturb_the_others(file_store: SqliteStore) -> None:
    """Its write may or may not happen; the next ones do."""
    gone = asyncio.create_task(file_store.insert("thing", doc("gone")))
    stays = asyncio.create_task(file_store.insert("thing", doc("stays")))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    await file_store.insert("thing", doc("next"))
    assert (await file_store.page("thing")).total >= 2


async def test_closing_finishes_what_waits(file_store: SqliteStore, tmp_path: Path) -> None:
    """Writes that were begun before the close are on the disk after it."""
    writes = [asyncio.create_task(file_store.insert("thing", doc(f"{n}"))) for n in range(300)]
    await asyncio.sleep(0)
    await file_store.close()
    await asyncio.gather(*writes)
    again = SqliteStore(str(tmp_path / "turnup.db"))
    await again.open(COLLECTIONS)
    assert (await again.page("thing")).total == 300
    await again.close()


async def test_a_large_scan_leaves_the_loop_free(file_store: SqliteStore) -> None:
    """Many documents are looked into in a thread, with the same answer."""
    await asyncio.gather(
        *(file_store.insert("thing", doc(f"{n:04}", n, free={"n": n})) for n in range(1100))
    )
    page = await file_store.page("thing", is_("free.n", 1090, Op.GT), limit=3)
    assert page.total == 9
    assert [one.id for one in page.documents] == ["1091", "1092", "1093"]
