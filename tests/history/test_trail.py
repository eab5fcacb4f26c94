"""Histories on every store: exact, however long they grow, whoever writes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from api.clock import SystemClock
from api.declare import Resource
from api.errors import Stale
from api.history import trail
from api.history.changes import Cause
from api.history.trail import ARCHIVE, Trail
from api.store import open_store
from api.store.document import Body, Document
from api.store.protocol import Store
from tests.store.conftest import store_url

__all__ = ["store_url"]

THING = Resource("tmf000", "thing", "Thing", items="part")


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An empty, open store of each kind."""
    opened = open_store(store_url, SystemClock())
    await opened.open([ARCHIVE, trail.Collection(THING.collection)])
    yield opened
    await opened.close()


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of three entries."""
    monkeypatch.setattr(trail, "PART", 3)


async def move(store: Store, history: Trail, state: str) -> None:
    """A change as commands make it: read, compare, write, and again when somebody came between."""
    while True:
        before = await store.get(THING.collection, "1")
        assert before is not None
        body = {"id": "1", "state": state}
        if before.body.data["state"] == state:
            return
        kept = await history.after(before, body, Cause("client"))
        after = replace(before, body=Body(data=body), rev=before.rev + 1, history=kept)
        try:
            await store.replace(THING.collection, after)
        except Stale:
            continue
        return


@pytest.mark.parametrize("name", ["s", "a\u2028b\u2029c\x85d\x1ce\x1ef\ng\r"])
async def test_a_long_history(store: Store, name: str) -> None:
    """Old entries move aside; what is read is all of them, numbered, none lost and none doubled.

    Also with texts of clients in them that other programs take for the ends of lines.
    """
    history = Trail(THING, store, SystemClock())
    body = Body(data={"id": "1", "state": f"{name}0"})
    await store.insert(THING.collection, Document("1", body, 1))
    for number in range(1, 30):
        await move(store, history, f"{name}{number}")
        document = await store.get(THING.collection, "1")
        assert document is not None
        assert document.history.count("\n") <= 6
        read = await history.read(document)
        assert [each["new"] for each in read] == [f"{name}{n}" for n in range(number + 1)]
        assert [each["id"] for each in read] == [str(n) for n in range(1, number + 2)]
    assert len(await store.find(ARCHIVE.name)) == 8
    await history.remove(document)
    assert await store.find(ARCHIVE.name) == []


async def test_writers_at_once(store: Store) -> None:
    """Of changes that meet, each is in the history once; each entry begins where the last ended."""
    history = Trail(THING, store, SystemClock())
    await store.insert(THING.collection, Document("1", Body(data={"id": "1", "state": "s0"}), 1))

    async def writer(name: str) -> None:
        for number in range(10):
            await move(store, history, f"{name}{number}")

    await asyncio.gather(writer("a"), writer("b"))
    document = await store.get(THING.collection, "1")
    assert document is not None
    read = await history.read(document)
    assert sorted(each["new"] for each in read[1:]) == sorted(
        f"{name}{number}" for name in "ab" for number in range(10)
    )
    assert [each["old"] for each in read[1:]] == [each["new"] for each in read[:-1]]
