"""SQLite answers common queries from an index."""

from collections.abc import AsyncIterator

import pytest

from api.query.tree import And, ElementMatch, Node, Op, Or, Sort
from api.store.sqlite import SqliteStore
from api.store.sqlite.query import compile_query, conjuncts, drivers, key_lookup
from api.store.sqlite.tables import Table
from tests.store.things import COLLECTIONS, is_

TABLE = Table(COLLECTIONS[0].name, COLLECTIONS[0].indexes)
A, B = is_("state", "a"), is_("state", "b")


@pytest.fixture
async def memory() -> AsyncIterator[SqliteStore]:
    """An empty store in memory."""
    store = SqliteStore(":memory:")
    await store.open(COLLECTIONS)
    yield store
    await store.close()


def plan(store: SqliteStore, statement: str, parameters: tuple[object, ...]) -> str:
    rows = store._reading().rows(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
    return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize(
    "query",
    [
        A,
        And((A, is_("size", 5))),
        Or((A, B)),
        is_("size", 5, Op.GT),
        is_("item.part.name", "x"),
        is_("state", "^a", Op.REGEX),
    ],
)
async def test_declared_attributes_are_looked_up(memory: SqliteStore, query: Node) -> None:
    """No scan of bodies; the key table is searched by path, and by value but for a pattern."""
    made = compile_query(TABLE, query, (), conjuncts(query)[0])
    text = plan(memory, made.count, made.counted)
    assert "SEARCH" in text
    assert "json" not in made.count
    assert "path=? AND value" in text or isinstance(query, And) or "REGEX" in str(query).upper()


async def test_an_element_is_looked_up_by_its_declared_attributes(memory: SqliteStore) -> None:
    """Bodies are taken apart only where the index says that some element may match."""
    query = ElementMatch(("item", "part"), And((is_("name", "x"), is_("size", 5))))
    driver = drivers(TABLE, query)[1]
    assert driver == is_("item.part.name", "x")
    assert key_lookup(TABLE, driver)
    made = compile_query(TABLE, query, (), driver)
    assert "path=? AND value" in plan(memory, made.count, made.counted)
    assert "json_each" in made.count


async def test_pages_come_without_sorting_all(memory: SqliteStore) -> None:
    """In the default order, all documents and those of one value are read off an index."""
    made = compile_query(TABLE, A, (), A)
    for text in (
        plan(memory, TABLE.first_page, ("thing", 20, 0)),
        plan(memory, made.page, (*made.counted, *made.found, 20, 0)),
    ):
        assert "USE TEMP B-TREE FOR ORDER BY" not in text


async def test_reads_by_id_and_due_use_an_index(memory: SqliteStore) -> None:
    """Neither looks at more documents than it gives."""
    assert "SEARCH d USING INDEX" in plan(memory, TABLE.get, ("x",))
    assert "thing_due" in plan(memory, TABLE.due, (1.0, 5))
    assert "thing_due" in plan(memory, TABLE.next_due, ())


def test_the_text_depends_on_the_shape_only() -> None:
    """Values never get into the text, so a shape is prepared once and nothing is injected."""
    evil = "x' OR 1=1 --"
    for path in ("state", "free.attribute"):
        first = compile_query(TABLE, is_(path, evil), [Sort((evil,))])
        second = compile_query(TABLE, is_(path, "y"), [Sort(("z",))])
        assert (first.page, first.count) == (second.page, second.count)
        assert evil not in first.page
