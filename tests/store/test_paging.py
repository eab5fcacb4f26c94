"""Pages of lists while others write, and at their extremes; on every store."""

import asyncio

import pytest

from api.query.tree import EVERYTHING, Node, Op, Sort
from api.store.protocol import Store
from tests.store.things import doc, ids, is_

DOWN = Sort(("size",), descending=True)


@pytest.mark.parametrize(
    ("query", "sort"),
    [
        (EVERYTHING, ()),
        (is_("state", "a"), ()),
        (EVERYTHING, (Sort(("size",)),)),
    ],
)
async def test_pages_neither_lose_nor_repeat_while_others_insert(
    store: Store, query: Node, sort: tuple[Sort, ...]
) -> None:
    """A reader who goes from page to page sees each that was there at first, once.

    What is created comes behind: in the default order, in that of a filter, and in an ascending
    order by what grows with time.
    """
    for number in range(12):
        await store.insert("thing", doc(f"{number:02}", number, state="a", size=number))
    seen: list[str] = []
    for number in range(4):
        page = await store.page("thing", query, sort=sort, offset=3 * number, limit=3)
        assert page.total == 12 + 2 * number
        seen += ids(page.documents)
        later = 12 + 2 * number
        await asyncio.gather(
            *(
                store.insert("thing", doc(f"{n:02}", n, state="a", size=n))
                for n in (later, later + 1)
            )
        )
    assert seen == [f"{number:02}" for number in range(12)]


async def test_equal_keys_have_one_order_in_all_pages(store: Store) -> None:
    """Pages of a sorted list follow each other without overlap, however many keys are equal."""
    for number in range(11):
        await store.insert("thing", doc(f"{number:02}", number, size=number % 2))
    for sort in ((Sort(("size",)),), (DOWN,), (DOWN, Sort(("state",)))):
        whole = ids(await store.find("thing", sort=sort))
        pages = [await store.find("thing", sort=sort, offset=at, limit=2) for at in range(0, 12, 2)]
        assert [id_ for page in pages for id_ in ids(page)] == whole
        assert len(set(whole)) == 11


@pytest.mark.parametrize("sort", [(), (DOWN,), (Sort(("free",)),)])
async def test_pages_at_their_extremes(store: Store, sort: tuple[Sort, ...]) -> None:
    """An offset beyond all and a limit of none still tell how many there are."""
    for number in range(3):
        await store.insert("thing", doc(str(number), number, state="a", size=number))
    for query in (EVERYTHING, is_("state", "a"), is_("free", 1, Op.NE)):
        for offset, limit in ((2**63 - 1, 1000), (3, 1), (0, 0), (2, 1000)):
            page = await store.page("thing", query, sort=sort, offset=offset, limit=limit)
            assert page.total == 3
            assert len(page.documents) == (1 if (offset, limit) == (2, 1000) else 0)


@pytest.mark.parametrize("query", [EVERYTHING, is_("state", "a"), is_("free", 1, Op.NE)])
@pytest.mark.parametrize("sort", [(), (DOWN,), (Sort(("free",)),)])
async def test_a_page_has_so_much_room(store: Store, query: Node, sort: tuple[Sort, ...]) -> None:
    """It ends with the document that fills it; one is always there, and all are counted."""
    for number in range(40):
        await store.insert("thing", doc(f"{number:02}", number, state="a", text="x" * 1000))
    whole = ids(await store.find("thing", query, sort=sort))
    size = len((await store.find("thing"))[0].body.raw)
    for room, count in ((1, 1), (3 * size, 3), (3 * size + 1, 4), (40 * size, 40)):
        page = await store.page("thing", query, sort=sort, room=room)
        assert (ids(page.documents), page.total) == (whole[:count], 40)
    page = await store.page("thing", query, sort=sort, offset=37, room=2 * size)
    assert ids(page.documents) == whole[37:39]
    assert len(await store.find("thing", query, sort=sort)) == 40


async def test_lists_by_id(store: Store) -> None:
    """Equality, alternatives, ranges and order by the primary key."""
    for name in ("b", "a", "c"):
        await store.insert("thing", doc(name, 1, size=1))
    assert ids(await store.find("thing", is_("id", "b"))) == ["b"]
    assert ids(await store.find("thing", is_("id", "b", Op.GTE), sort=[Sort(("id",))])) == [
        "b",
        "c",
    ]
    assert ids(await store.find("thing", sort=[Sort(("id",), descending=True)])) == ["c", "b", "a"]
    gone = await store.get("thing", "c")
    assert gone
    await store.delete("thing", gone)
    assert (await store.page("thing", is_("id", "c"))).total == 0
    assert (await store.page("thing", is_("id", "b", Op.NE))).total == 1
