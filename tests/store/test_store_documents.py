"""What every store does with documents."""

import asyncio
from dataclasses import replace

import pytest

from api.clock import SystemClock
from api.errors import DuplicateId, SetupError, Stale, Unavailable
from api.query.tree import EVERYTHING, And, Op, Sort
from api.store import open_store
from api.store.document import Body, Document, Lease
from api.store.protocol import Store
from tests.store.things import COLLECTIONS, doc, event, ids, is_

BODY = {"z": 1, "a": {"y": [1.5, None, True, "é\u2028"], "b": {}}, "big": 2**53, "n": -0.5}


async def test_a_document_comes_back_as_it_was_written(store: Store) -> None:
    """Envelope and body survive, the order of attributes included."""
    written = doc(
        "one", 7, process={"step": {"k": [1]}}, due=12.5, lease=Lease("worker", 99.5), **BODY
    )
    await store.insert("thing", written)
    read = await store.get("thing", "one")
    assert read == written
    assert read is not None
    assert read.body.raw == written.body.raw


async def test_names_in_a_process(store: Store) -> None:
    """What clients write may stand there as a name, those too that a database has for itself."""
    ref = {"$ref": "a", "$id": {"$ref": "b", "$id": [{"$id": 1, "$ref": "c", "$db": 5}]}}
    process = {"": 1, "a.b": ref, "$ref": 5, "$id": None, "$set": {}}
    written = doc("one", process=process)
    await store.insert("thing", written)
    assert await store.get("thing", "one") == written
    after = replace(written, rev=2, process={"cancel": {"items": ref}})
    await store.replace("thing", after)
    assert await store.get("thing", "one") == after


async def test_an_unknown_id_is_none(store: Store) -> None:
    """Reading what is not there is no error, and collections are apart."""
    await store.insert("thing", doc("one"))
    assert await store.get("thing", "two") is None
    assert await store.get("other", "one") is None


async def test_an_id_is_given_once(store: Store) -> None:
    """The second insert of an id fails and changes nothing."""
    await store.insert("thing", doc("one", state="first"))
    with pytest.raises(DuplicateId):
        await store.insert("thing", doc("one", state="second"), [event("one")])
    read = await store.get("thing", "one")
    assert read is not None
    assert read.body.data["state"] == "first"
    assert (await store.page("thing")).total == 1
    assert await store.log_end() == 0


async def test_replace_is_compare_and_set(store: Store) -> None:
    """Only the revision that was read can be replaced, and of two writers one wins."""
    first = doc("one", process={"a": 1}, due=5.0, lease=Lease("w", 9.0))
    await store.insert("thing", first)
    second = Document("one", Body(data={"id": "one", "state": "b"}), 1, rev=2)
    results = await asyncio.gather(
        store.replace("thing", second), store.replace("thing", second), return_exceptions=True
    )
    assert sorted(map(type, results), key=str) == sorted([type(None), Stale], key=str)
    assert await store.get("thing", "one") == second
    with pytest.raises(Stale):
        await store.replace("thing", replace(second, rev=4))
    with pytest.raises(Stale):
        await store.replace("thing", doc("none", rev=2))


async def test_delete_is_compare_and_set(store: Store) -> None:
    """A changed document is not deleted; a deleted one is gone, from lists and totals too."""
    await store.insert("thing", doc("one", state="a"), [event("one")])
    with pytest.raises(Stale):
        await store.delete("thing", doc("one", rev=2))
    await store.delete("thing", doc("one"), [event("one")])
    assert await store.get("thing", "one") is None
    assert await store.page("thing") == await store.page("thing", is_("state", "a"))
    assert (await store.page("thing", is_("state", "b", Op.NE))).total == 0
    for change in (store.delete, store.replace):
        with pytest.raises(Stale):
            await change("thing", doc("one", rev=2))


async def test_a_deleted_id_can_be_given_again(store: Store) -> None:
    """An insert right after a delete is a new document, with nothing of the old."""
    await store.insert("thing", doc("one", due=1.0, process={"a": 1}, state="a"), [event("one")])
    await store.delete("thing", doc("one"), [event("one")])
    await store.insert("thing", doc("one", 9, state="b"), [event("one")])
    assert await store.get("thing", "one") == doc("one", 9, state="b")
    with pytest.raises(DuplicateId):
        await store.insert("thing", doc("one"))


async def test_many_writers_of_one_document_lose_nothing(store: Store) -> None:
    """Sixteen tasks that each add one, again until it is not stale, add sixteen."""
    await store.insert("thing", doc("one", n=0))

    async def add() -> None:
        while True:
            read = await store.get("thing", "one")
            assert read is not None
            body = Body(data={**read.body.data, "n": read.body.data["n"] + 1})
            try:
                return await store.replace("thing", replace(read, rev=read.rev + 1, body=body))
            except Stale:
                continue

    await asyncio.gather(*(add() for _ in range(16)))
    read = await store.get("thing", "one")
    assert read is not None
    assert (read.rev, read.body.data["n"]) == (17, 16)


async def test_one_failing_write_does_not_fail_its_neighbours(store: Store) -> None:
    """Writes that are committed together are still each for itself."""
    await store.insert("thing", doc("taken"))
    writes = [
        store.insert("thing", doc("a")),
        store.insert("thing", doc("taken")),
        store.replace("thing", doc("nowhere", rev=2)),
        store.insert("thing", doc("b")),
    ]
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert list(map(type, results)) == [type(None), DuplicateId, Stale, type(None)]
    assert (await store.page("thing")).total == 3


async def test_lists_are_in_the_order_of_creation(store: Store) -> None:
    """Pages follow each other by creation, then id, without overlap, and the total is of all."""
    await asyncio.gather(*(store.insert("thing", doc(f"{n:02}", 5 - n // 4)) for n in range(17)))
    everything = ids(await store.find("thing"))
    assert everything == sorted(everything, key=lambda id_: (5 - int(id_) // 4, id_))
    pages = [await store.page("thing", offset=start, limit=5) for start in (0, 5, 10, 15, 20)]
    assert [id_ for page in pages for id_ in ids(page.documents)] == everything
    assert {page.total for page in pages} == {17}
    assert (await store.page("thing", limit=0)).documents == []


async def test_lists_can_be_sorted(store: Store) -> None:
    """By declared and other attributes, also inside of arrays; without a value first, up."""
    await store.insert("thing", doc("a", 1, size=2, note=[{"t": "m"}], w={"x": 1}))
    await store.insert("thing", doc("b", 2, size=10, note=[{"t": "z"}, {"t": "b"}], w={"x": 3}))
    await store.insert("thing", doc("c", 3))
    await store.insert("thing", doc("d", 4, size=2, w={"x": 2}))

    async def by(*keys: Sort) -> str:
        assert ids((await store.page("thing", sort=keys)).documents) == ids(
            await store.find("thing", sort=keys)
        )
        return "".join(ids(await store.find("thing", sort=keys)))

    assert await by(Sort(("size",))) == "cadb"
    assert await by(Sort(("size",), descending=True)) == "bdac"
    assert await by(Sort(("size",), descending=True), Sort(("w", "x"), descending=True)) == "bdac"
    assert await by(Sort(("note", "t"))) == "cdba"
    assert await by(Sort(("note", "t"), descending=True)) == "badc"


async def test_due_documents_come_earliest_first(store: Store) -> None:
    """Only what is due, up to the limit; without a due time never."""
    assert await store.next_due("thing") is None
    for id_, due in (("a", 30.0), ("b", 10.0), ("c", None), ("d", 20.0)):
        await store.insert("thing", doc(id_, due=due))
    assert ids(await store.due("thing", 20.0, 10)) == ["b", "d"]
    assert ids(await store.due("thing", 99.0, 1)) == ["b"]
    assert await store.next_due("thing") == 10.0
    await store.replace("thing", doc("b", rev=2))
    assert await store.next_due("thing") == 20.0


async def test_release_ends_the_leases_of_one_owner(store: Store) -> None:
    """Its documents are due now, others are left alone."""
    await store.insert("thing", doc("a", lease=Lease("me", 50.0), due=50.0))
    await store.insert("thing", doc("b", lease=Lease("you", 50.0), due=50.0))
    assert await store.release("thing", "me", 7.0) == 1
    mine, yours = await store.get("thing", "a"), await store.get("thing", "b")
    assert mine is not None
    assert yours is not None
    assert (mine.lease, mine.due, mine.rev) == (None, 7.0, 2)
    assert (yours.lease, yours.rev) == (Lease("you", 50.0), 1)


async def test_a_restart_keeps_everything(store_url: str) -> None:
    """What was written before a close is there after it, declared anew with another index."""
    if ":memory:" in store_url:
        pytest.skip("a store in memory has no restart")
    first = open_store(store_url, SystemClock())
    await first.open(COLLECTIONS[1:])
    await first.insert("other", doc("one", color="red", due=3.0), [event("one")])
    await first.close()
    second = open_store(store_url, SystemClock())
    indexed = type(COLLECTIONS[1])("other", ("color",))
    await second.open([indexed])
    assert ids((await second.page("other", is_("color", "red"))).documents) == ["one"]
    assert (await second.page("other", EVERYTHING)).total == 1
    await second.delete("other", doc("one"))
    assert (await second.page("other", is_("color", "red"))).total == 0
    await second.close()


async def test_a_closed_store_is_unavailable(store_url: str) -> None:
    """Before open and after close there is an error, no hanging and no crash."""
    store = open_store(store_url, SystemClock())
    with pytest.raises(Unavailable):
        await store.get("thing", "one")
    await store.open(COLLECTIONS)
    await store.ping()
    await store.close()
    for call in (store.ping(), store.get("thing", "x"), store.insert("thing", doc("x"))):
        with pytest.raises(Unavailable):
            await call


@pytest.mark.parametrize("url", ["", "postgres://x/y", "sqlite:", "sqlite:///", "turnup.db"])
def test_a_bad_url_says_what_is_good(url: str) -> None:
    """The operator is told the forms that are allowed."""
    with pytest.raises(SetupError, match="sqlite:///FILE"):
        open_store(url, SystemClock())


async def test_an_empty_collection_has_nothing(store: Store) -> None:
    """Whatever is asked of it, in whatever order."""
    both = And((is_("state", "a"), is_("size", 1)))
    for query in (is_("state", "a"), both):
        for path in (("size",), ("state",), ("unknown",)):
            assert await store.find("thing", query, sort=(Sort(path),), limit=1) == []
            assert (await store.page("thing", query, sort=(Sort(path),))).total == 0
