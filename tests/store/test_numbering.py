"""Attributes that are declared when there are documents already: keys come while all works."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from api.errors import TooCostly, Unavailable
from api.query.evaluate import evaluate
from api.query.tree import EVERYTHING, Node, Not, Op, Sort
from api.store.document import Document
from api.store.protocol import Collection
from api.store.sqlite import SqliteStore, numbering, plan, reader, schema, stretches
from api.store.sqlite.keys import MOST_PATHS
from api.store.sqlite.numbering import Rekey, numbered
from tests.store.things import doc, ids, is_

COUNT = 50
FIRST = ("state",)
LATER = ("size", "state", "party.id")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of the file; a few documents in it are treated as a million are."""
    monkeypatch.setattr(schema, "AT_ONCE", 0)
    monkeypatch.setattr(numbering, "DOCUMENTS", 8)
    for module in (plan, reader, stretches):
        monkeypatch.setattr(module, "SIZE", 4)
    monkeypatch.setattr(plan, "LARGE", 8)
    monkeypatch.setattr(plan, "MANY", 4)
    return str(tmp_path / "turnup.db")


def thing(number: int, rev: int = 1) -> Document:
    size = {} if number % 5 == 3 else {"size": (number * 7) % 11}
    party = [{"id": f"p{number % 3}"}, {"id": "q"}][: 1 + number % 2]
    state = "a" if number % 2 else "b"
    return doc(f"{number:03}", number, rev=rev, state=state, party=party, **size)


@asynccontextmanager
async def opened(
    path: str, indexes: Sequence[str], *, at_work: bool = False, patience: float = 5
) -> AsyncIterator[SqliteStore]:
    """A store on the file; unless it is at work, keys come only when the test asks for them."""
    store = SqliteStore(path, patience)
    await store.open([Collection("thing", tuple(indexes))])
    if not at_work:
        for task in store._rekeying:
            task.cancel()
    yield store
    await store.close()


async def more_keys(store: SqliteStore) -> int:
    writer = store._writing()
    return await writer.write(Rekey(writer.future(), store._tables["thing"]))


async def fill(path: str) -> None:
    async with opened(path, FIRST) as store:
        await asyncio.gather(*(store.insert("thing", thing(n)) for n in range(COUNT)))
        await counted(store)


async def counted(store: SqliteStore) -> None:
    """Has long lists counted, by whatever serves them."""
    for query, sort in LISTS:
        await store.page("thing", query, sort=sort, offset=20)
    await asyncio.gather(*store._cutting.values())


LISTS: list[tuple[Node, tuple[Sort, ...]]] = [
    (EVERYTHING, ()),
    (EVERYTHING, (Sort(("size",)),)),
    (EVERYTHING, (Sort(("size",), descending=True),)),
    (EVERYTHING, (Sort(("party", "id")), Sort(("size",)))),
    (is_("size", 4), ()),
    (is_("size", 4, Op.NE), ()),
    (is_("size", 3, Op.GT), (Sort(("size",)),)),
    (is_("party.id", "q"), ()),
    (Not(is_("party.id", "p1")), (Sort(("state",)),)),
    (is_("state", "a"), ()),
]


async def check(store: SqliteStore, things: dict[int, Document]) -> None:
    """All lists have what the evaluator says; sorted ones have it in order."""
    for query, sort in LISTS:
        page = await store.page("thing", query, sort=sort, limit=1000)
        expected = [f"{n:03}" for n, one in things.items() if evaluate(query, one.body.data)]
        found = ids(page.documents)
        assert sorted(found) == sorted(expected), query
        assert page.total == len(expected), query
        rest = await store.find("thing", query, sort=sort, offset=20, limit=1000)
        assert ids(rest) == found[20:], (query, sort)
        if sort == (Sort(("size",)),):
            sizes = [one.body.data.get("size", -1) for one in page.documents]
            assert sizes == sorted(sizes)


def served(store: SqliteStore) -> set[str]:
    """The attributes by which lists are looked up now."""
    lacking = store._reading().rows("SELECT lacking FROM collection")[0][0]
    return {".".join(path) for path in store._tables["thing"].with_keys(lacking).paths}


async def test_lists_are_right_while_keys_come(path: str) -> None:
    """From the first moment on, whoever writes meanwhile; an index serves when all have keys."""
    await fill(path)
    things = {number: thing(number) for number in range(COUNT)}
    async with opened(path, LATER) as store:
        turn = 0
        while True:
            await counted(store)
            await check(store, things)
            if not await more_keys(store):
                break
            assert served(store) == {"id", "state"}
            await change(store, things, turn)
            turn += 1
        assert turn > 5
        assert served(store) == {"id", *LATER}
        await counted(store)
        await check(store, things)


async def change(store: SqliteStore, things: dict[int, Document], turn: int) -> None:
    """Adds a document, changes one that has its keys and one that has not, and removes one."""
    new = COUNT + turn
    things[new] = thing(new)
    await store.insert("thing", things[new])
    for number in (turn * 3, COUNT - 1 - turn):
        found = await store.get("thing", f"{number:03}")
        assert found
        changed = doc(found.id, number, rev=found.rev + 1, size=4, party=[{"id": "q"}])
        await store.replace("thing", changed)
        things[number] = changed
    gone = await store.get("thing", f"{turn * 3 + 1:03}")
    assert gone
    await store.delete("thing", gone)
    del things[turn * 3 + 1]


async def test_a_restart_goes_on_where_it_was(path: str) -> None:
    """No document that has its keys is looked at again; by itself, all get them."""
    await fill(path)
    things = {number: thing(number) for number in range(COUNT)}
    async with opened(path, LATER) as store:
        assert [await more_keys(store) for _ in range(3)] == [8, 8, 8]
    async with opened(path, LATER) as store:
        assert [await more_keys(store) for _ in range(2)] == [8, 8]
        await check(store, things)
    async with opened(path, LATER, at_work=True) as store:
        await asyncio.gather(*store._rekeying)
        assert served(store) == {"id", *LATER}
        await check(store, things)
    async with opened(path, LATER) as store:
        assert not store._rekeying


async def test_two_processes_share_the_work(path: str) -> None:
    """What one of them has done, the other does not do again; both know when all is done."""
    await fill(path)
    async with opened(path, LATER) as one, opened(path, LATER) as other:
        looked_at = [await more_keys(store) for _ in range(4) for store in (one, other)]
        assert looked_at == [8, 8, 8, 8, 8, 8, 2, 0]
        for store in (one, other):
            assert served(store) == {"id", *LATER}
            await check(store, {number: thing(number) for number in range(COUNT)})


async def test_a_server_that_does_not_know_an_attribute_does_not_write(path: str) -> None:
    """It would leave its keys out; it says so, and still reads. One with fewer declared may."""
    await fill(path)
    async with opened(path, FIRST) as old, opened(path, LATER) as new:
        with pytest.raises(Unavailable, match="further indexed attributes"):
            await old.insert("thing", thing(COUNT))
        assert (await old.page("thing")).total == COUNT
        await new.insert("thing", thing(COUNT))
        async with opened(path, FIRST) as fewer:
            await fewer.insert("thing", thing(COUNT + 1))
        while await more_keys(new):
            continue
        await check(new, {number: thing(number) for number in range(COUNT + 2)})


async def test_what_is_declared_no_more_and_then_again_needs_no_work(path: str) -> None:
    """Its keys were kept, in whatever order the attributes are named."""
    async with opened(path, LATER) as store:
        await store.insert("thing", thing(0))
    async with opened(path, FIRST) as store:
        await store.insert("thing", thing(1))
        assert served(store) == {"id", "state"}
    async with opened(path, LATER[::-1]) as store:
        assert not store._rekeying
        assert served(store) == {"id", *LATER}
        await check(store, {0: thing(0), 1: thing(1)})


async def test_a_search_that_an_index_will_serve_is_told_so(path: str) -> None:
    """Where it takes too long meanwhile, the error says that it is worth trying again."""
    async with opened(path, FIRST) as store:
        things = (doc(f"{n}", n, size=n, text="x" * 99) for n in range(400))
        await asyncio.gather(*(store.insert("thing", one) for one in things))
    async with opened(path, LATER, patience=0) as store:
        with pytest.raises(TooCostly) as caught:
            await store.page("thing", is_("size", 3))
        assert caught.value.message.endswith("size, party.id is being made: try again later.")


def test_numbers_stay() -> None:
    """What has a number keeps it; the new come behind, or where nothing is declared any more."""
    assert numbered([], ["a", "b"]) == ["a", "b"]
    assert numbered(["a", "b"], ["c", "b"]) == ["a", "b", "c"]
    many = [f"a{n}" for n in range(MOST_PATHS)]
    assert numbered(many, [*many[1:], "new"]) == ["new", *many[1:]]
