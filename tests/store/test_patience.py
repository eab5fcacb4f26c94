"""A search that no index serves is given up when it takes too long, and is told how to ask."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import pytest
from pymongo.errors import ExecutionTimeout

from api.clock import SystemClock
from api.errors import TooCostly, Unavailable
from api.query.tree import EVERYTHING, And, Node, Not, Op, Sort
from api.store.mongo import MongoStore
from api.store.mongo.failure import guarded
from api.store.sqlite import SqliteStore
from tests.store.things import COLLECTIONS, doc, ids, is_

COUNT = 400
FREE = is_("free.text", "^y", Op.REGEX)


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A store without patience, with some things."""
    store = SqliteStore(str(tmp_path / "turnup.db"), patience=0)
    await store.open(COLLECTIONS)
    things = (doc(f"{n:03}", n, size=n, free={"text": "x" * 30}) for n in range(COUNT))
    await asyncio.gather(*(store.insert("thing", one) for one in things))
    yield store
    await store.close()


@pytest.mark.parametrize(
    ("query", "sort"),
    [
        (FREE, ()),
        (Not(FREE), (Sort(("free", "text")),)),
        (EVERYTHING, (Sort(("free", "text")),)),
        (And((FREE, is_("size", 0, Op.GTE))), ()),
    ],
)
async def test_a_search_through_all_bodies_is_given_up(
    hasty: SqliteStore, query: Node, sort: tuple[Sort, ...]
) -> None:
    """The error is the client's, and names the attributes that an index serves."""
    for _ in range(3):  # more often than there are threads: each is free again
        with pytest.raises(TooCostly) as caught:
            await hasty.page("thing", query, sort=sort)
    assert caught.value.status == 400
    assert "more than 0 s" in caught.value.reason
    assert "state, size, live, party.id, item.part.name" in caught.value.message


async def test_what_an_index_serves_needs_no_patience(hasty: SqliteStore) -> None:
    """Beside searches that are given up, lists by declared attributes are answered."""
    search = asyncio.create_task(hasty.page("thing", FREE))
    sort = (Sort(("size",), descending=True),)
    page = await hasty.page("thing", is_("size", 300, Op.LT), sort=sort, limit=2)
    assert (ids(page.documents), page.total) == (["299", "298"], 300)
    with pytest.raises(TooCostly):
        await search


def test_what_mongodb_breaks_off_is_the_same_error() -> None:
    """Its server counts the time itself, and says so."""
    with pytest.raises(TooCostly, match="too much of the server's time"), guarded():
        raise ExecutionTimeout("operation exceeded time limit", 50, {})


def test_a_plain_list_that_mongodb_breaks_off_is_no_fault_of_the_client() -> None:
    """Nothing could be asked for otherwise: the server is too slow now."""
    with pytest.raises(Unavailable), guarded(searching=False):
        raise ExecutionTimeout("operation exceeded time limit", 50, {})


async def test_only_what_a_client_searches_for_can_cost_too_much(mongodb_url: str) -> None:
    """On a server that breaks everything off: of plain lists and due times it is the server's."""
    server, name = mongodb_url.rsplit("/", 1)
    store = MongoStore(server, name, SystemClock())
    await store.open(COLLECTIONS)
    store._collections["thing"] = _TooSlow()  # type: ignore[assignment]
    sort = (Sort(("free", "text")),)
    for searched in (store.page("thing", FREE), store.find("thing", EVERYTHING, sort=sort)):
        with pytest.raises(TooCostly):
            await searched
    for plain in (store.page("thing"), store.find("thing"), store.due("thing", 0, 1)):
        with pytest.raises(Unavailable):
            await plain
    await store.close()


class _TooSlow:
    """A collection of a server that breaks off every list."""

    def find(self, *_: object, **__: object) -> "_TooSlow":
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    def __aiter__(self) -> "_TooSlow":
        return self

    async def __anext__(self) -> None:
        await self.to_list()

    async def to_list(self) -> None:
        raise ExecutionTimeout("operation exceeded time limit", 50, {})

    async def count_documents(self, *_: object, **__: object) -> None:
        await self.to_list()
