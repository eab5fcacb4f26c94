"""SQLite answers lists by declared attributes from an index."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from api.declare import Resource
from api.query.tree import EVERYTHING, And, ElementMatch, Exists, Node, Not, Op, Or, Sort
from api.store.protocol import Collection
from api.store.sqlite import SqliteStore, plan, reader, stretches
from api.store.sqlite.functions import Functions
from api.store.sqlite.plan import Plan, Planner
from api.store.sqlite.query import Chosen, Walk
from api.store.sqlite.stretches import Spreads
from tests.store.things import doc, ids, is_
from tmf622_product_ordering.resources import API as TMF622
from tmf638_service_inventory.resources import API as TMF638
from tmf640_activation.resources import API as TMF640
from tmf641_service_ordering.resources import API as TMF641

RESOURCES = [one for api in (TMF622, TMF641, TMF638, TMF640) for one in api.resources]
FREE = Collection("thing", ("state", "size", "item.part.name"))
COUNT = 40
DATES = Sort(("startDate",), descending=True)
SERVICE = "tmf638_service"


@pytest.fixture(autouse=True)
def long_lists() -> Iterator[None]:
    """Has a few documents treated as long lists are."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (plan, reader, stretches):
            patch.setattr(module, "SIZE", 4)
        patch.setattr(plan, "LARGE", 8)
        patch.setattr(plan, "MANY", 4)
        yield


@pytest.fixture
async def memory() -> AsyncIterator[SqliteStore]:
    """A store in memory with some services that have all declared attributes."""
    store = await filled(next(one for one in RESOURCES if one.collection == SERVICE))
    yield store
    await store.close()


async def filled(resource: Resource) -> SqliteStore:
    store = SqliteStore(":memory:")
    await store.open([Collection(resource.collection, resource.indexes), FREE])
    bodies = [body_with(resource.indexes, f"v{number % 8}") for number in range(COUNT)]
    documents = (doc(f"{number:03}", number, **body) for number, body in enumerate(bodies))
    await asyncio.gather(*(store.insert(resource.collection, one) for one in documents))
    return store


def body_with(paths: tuple[str, ...], value: str) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for path in paths:
        inner = body
        *above, last = path.split(".")
        for name in above:
            inner = inner.setdefault(name, [{}])[0]
        inner[last] = value
    return body


def made(
    store: SqliteStore, collection: str, query: Node, sort: tuple[Sort, ...] = (), offset: int = 0
) -> tuple[Plan, str, str]:
    """The plan for a list, its statement, and what SQLite says of that."""
    rows = store._reading().rows
    planner = Planner(store._tables[collection], rows, Spreads(rows))
    chosen = planner.plan(query, sort, offset, 5, counting=True)
    texts = [chosen.select.page()]
    if chosen.total is None:
        texts.append(chosen.counting.count())
    functions = Functions(store._connections[0])
    lines = []
    for text, bounds in texts:
        marks = [*functions.parameters(bounds), 5, chosen.offset][: text.count("?")]
        lines += [row[3] for row in rows(f"EXPLAIN QUERY PLAN {text}", marks)]
    return chosen, texts[0][0], "\n".join(lines)


def by_index(explained: str) -> bool:
    """Whether no table is read from its beginning on."""
    # m and k are what a search gave, v is a row's own copy of its keys
    scan = re.search(r"^SCAN (?!m$|k$|seq|v VIRTUAL|\(sub|CONSTANT)", explained, re.MULTILINE)
    return not scan and "SEARCH" in explained


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.collection)
async def test_declared_attributes_are_looked_up(resource: Resource) -> None:
    """Equality, ranges and order, alone and combined, search the keys and take no body apart."""
    store = await filled(resource)
    for path in ("id", *resource.indexes):
        check_path(store, resource.collection, path)
    await store.close()


def check_path(memory: SqliteStore, collection: str, path: str) -> None:
    names = tuple(path.split("."))
    one, other = is_(path, "v1"), is_(path, "v3", Op.GT)
    between = And((other, is_(path, "v5", Op.LTE)))
    up, down = (Sort(names),), (Sort(names, descending=True),)
    for query in (one, other, between, Or((one, is_(path, "v2"))), Not(one), EVERYTHING):
        for sort in ((), up, down):
            chosen, text, explained = made(memory, collection, query, sort)
            assert by_index(explained), (query, sort, explained)
            assert "turnup" not in text
            assert "d.body" not in text.partition(" FROM ")[2]
            if not sort and query in (one, EVERYTHING):
                assert "TEMP B-TREE" not in explained
            if sort and query in (other, between, EVERYTHING):
                assert isinstance(chosen.select.source, Walk)
                assert "TEMP B-TREE" not in explained


async def test_a_filter_and_an_order_take_the_cheaper_index(memory: SqliteStore) -> None:
    """Few matches are sorted; of many, the first page comes from a walk in the order."""
    few = is_("name", "v1")
    chosen, _, explained = made(memory, SERVICE, And((few, is_("id", "001"))), (DATES,))
    assert isinstance(chosen.select.source, Chosen)
    assert by_index(explained)
    many = is_("name", "v0", Op.GTE)
    chosen, _, explained = made(memory, SERVICE, many, (DATES,))
    assert isinstance(chosen.select.source, Walk)
    assert "TEMP B-TREE" not in explained


async def test_several_filters_begin_with_the_rarest(memory: SqliteStore) -> None:
    """The others are tested on the keys of what it gives."""
    query = And((is_("name", "v0", Op.GTE), is_("state", "v1"), is_("id", "001")))
    chosen, text, explained = made(memory, SERVICE, query)
    assert by_index(explained)
    assert "turnup" not in text
    assert "id" in str(chosen.select.source) or isinstance(chosen.select.source, Walk)


async def test_an_element_is_looked_up_by_its_declared_attributes(memory: SqliteStore) -> None:
    """Bodies are looked into only where the index says that some element may match."""
    for number in range(COUNT):
        part = {"name": f"v{number}", "size": 5}
        await memory.insert("thing", doc(f"{number:03}", number, item=[{"part": part}]))
    query = ElementMatch(("item", "part"), And((is_("name", "v7"), is_("size", 5))))
    chosen, text, explained = made(memory, "thing", query)
    assert isinstance(chosen.select.source, Chosen)
    assert by_index(explained)
    assert "turnup_test" in text


async def test_deep_pages_begin_near_to_where_they_are(memory: SqliteStore) -> None:
    """With the keys counted by stretches, a page is not come to by walking from the first."""
    state = is_("state", "v1")
    cases: list[tuple[Node, tuple[Sort, ...]]] = [
        (EVERYTHING, ()),
        (EVERYTHING, (Sort(("startDate",)),)),
        (EVERYTHING, (DATES,)),
        (is_("name", "v1", Op.GTE), (Sort(("name",)),)),
        (Or((state, state)), ()),
    ]
    for query, sort in cases:
        await memory.page(SERVICE, query, sort=sort, offset=30)
    await asyncio.gather(*memory._cutting.values())
    for query, sort in cases[:-1]:
        chosen, _, explained = made(memory, SERVICE, query, sort, 30)
        assert chosen.offset < 8, (query, sort)
        assert re.search(r"\((value,)?created,doc\)[<>]", explained), explained
        assert chosen.total is not None
        assert "TEMP B-TREE" not in explained
        assert by_index(explained)


async def test_backwards_lists_go_on_to_documents_without_the_attribute(
    memory: SqliteStore,
) -> None:
    """A page of matches that have no value to be sorted by is full, also where keys are counted."""
    for number in range(COUNT):
        size = {"size": number} if number % 4 else {}
        await memory.insert("thing", doc(f"{number:03}", number, **size))
    sizes = (Sort(("size",), descending=True),)
    for _ in range(2):
        found = await memory.page("thing", Not(Exists(("size",))), sort=sizes, offset=1, limit=2)
        assert ids(found.documents) == ["032", "028"]
        assert found.total == COUNT // 4
        await asyncio.gather(*memory._cutting.values())


async def test_counts_of_what_an_index_serves_look_at_no_row(memory: SqliteStore) -> None:
    """The number of all, of one condition, and of its opposite, from the counted stretches."""
    queries = (EVERYTHING, is_("state", "v1"), is_("state", "v1", Op.NE), is_("name", "v3", Op.LT))
    for query in queries:
        await memory.page(SERVICE, query)
    await asyncio.gather(*memory._cutting.values())
    totals = [made(memory, SERVICE, query)[0].total for query in queries]
    assert totals == [COUNT, COUNT // 8, COUNT // 8 * 7, COUNT // 8 * 3]


async def test_reads_by_id_and_due_use_an_index(memory: SqliteStore) -> None:
    """Neither looks at more documents than it gives."""
    rows, table = memory._reading().rows, memory._tables["thing"]

    def explained(statement: str, parameters: tuple[Any, ...]) -> str:
        return "\n".join(row[3] for row in rows(f"EXPLAIN QUERY PLAN {statement}", parameters))

    assert "SEARCH d USING INDEX" in explained(table.get, ("x",))
    assert "thing_due" in explained(table.due, (1.0, 5))
    assert "thing_due" in explained(table.next_due, ())
    assert "TEMP B-TREE" not in explained(table.first_page, ("thing", 20, 0))


async def test_the_text_depends_on_the_shape_only(memory: SqliteStore) -> None:
    """Values never get into the text, so a shape is prepared once and nothing is injected."""
    evil = "x' OR 1=1 --"
    for path in ("state", "free.attribute", "id"):
        for op in Op:
            _, first, _ = made(memory, SERVICE, is_(path, evil, op), (Sort((evil,)),))
            _, second, _ = made(memory, SERVICE, is_(path, "y", op), (Sort(("z",)),))
            assert first == second
            assert evil not in first
