"""The evaluator, SQLite and MongoDB read a query alike."""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.clock import SystemClock
from api.query.evaluate import evaluate
from api.query.order import extreme
from api.query.tree import (
    EVERYTHING,
    And,
    Compare,
    ElementMatch,
    Exists,
    IsNull,
    Kind,
    Node,
    Not,
    Op,
    Or,
    Sort,
)
from api.store import open_store
from api.store.document import Body, Document
from api.store.protocol import Collection, Store
from api.store.sqlite import plan, reader, stretches

INDEXED = ("a", "a.b", "c.a.b")
NAMES = ("a", "b", "c")
TEXTS = (
    "",
    "x",
    "xy",
    "X",
    "5",
    "-1.5",
    "true",
    "é",
    "y\nx",
    "2026-01-01T00:00:00.000Z",
    '"',
    "\\",
)
PATTERNS = ("^x", "x$", "(?i)X", "[a-y]{2}", "^$", "\\d", "é|5", ".", "x?y")
CELL = 20  # documents per example

texts = st.sampled_from(TEXTS)
numbers = st.sampled_from((0, 1, 5, -1.5, 5.0, 2.5, 2**53, 1e300))
scalars = texts | numbers | st.booleans() | st.none()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=8,
)
bodies = st.dictionaries(st.sampled_from(NAMES), values, max_size=3)
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(tuple)


@st.composite
def compares(draw: st.DrawFn) -> Compare:
    path, op = draw(paths), draw(st.sampled_from(Op))
    if op is Op.REGEX:
        return Compare(path, op, draw(st.sampled_from(PATTERNS)), Kind.STRING)
    kind = draw(st.sampled_from(Kind))
    literals: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.NUMBER: numbers,
        Kind.BOOLEAN: st.booleans(),
    }
    return Compare(path, op, draw(literals.get(kind, texts)), kind)


def joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    terms = st.lists(inner, max_size=3).map(tuple)
    elements = st.builds(ElementMatch, paths, inner)
    return terms.map(And) | terms.map(Or) | inner.map(Not) | elements


conditions = compares() | st.builds(Exists, paths) | st.builds(IsNull, paths)
queries: st.SearchStrategy[Node] = st.recursive(conditions, joined, max_leaves=4)


@dataclass(frozen=True)
class Asked:
    """One list, as it is asked of a store."""

    query: Node
    sort: tuple[Sort, ...] = ()
    offset: int = 0
    limit: int = 1000


def asked(
    queries: st.SearchStrategy[Node], sorted_by: st.SearchStrategy[tuple[str, ...]] | None = None
) -> st.SearchStrategy[Asked]:
    sorts: st.SearchStrategy[tuple[Sort, ...]] = st.just(())
    if sorted_by is not None:
        keys = st.builds(Sort, sorted_by, st.booleans())
        sorts = st.lists(keys, max_size=2, unique_by=lambda key: key.path).map(tuple)
    offsets = st.sampled_from((0, 0, 1, 3, 7, CELL, 2**63 - 1))
    return st.builds(Asked, queries, sorts, offsets, st.sampled_from((0, 1, 2, 5, 1000)))


lists = asked(queries | st.just(EVERYTHING), paths)

# what MongoDB and SecantusDB sort alike: no empty arrays nor objects in the place of values, no
# objects without the attribute in arrays, and arrays under one key at most
several = scalars | st.lists(scalars, min_size=1, max_size=3)
sane = st.fixed_dictionaries({}, optional={"s": several, "t": scalars, "u": scalars})
sane_lists = asked(st.just(EVERYTHING), st.sampled_from((("s",), ("t",), ("u",))))

# a page that goes on behind the values of its sort attribute, to documents that lack it
FEW_HAVE: list[dict[str, Any]] = [{"a": ""}, {}, {}, {}]
WHO_LACKS = [
    Asked(EVERYTHING, (Sort(("a",), descending=True),), limit=0),  # has the keys counted
    Asked(Not(Exists(("a",))), (Sort(("a",), descending=True),), limit=1),
    Asked(Compare(("a",), Op.NE, "", Kind.STRING), (Sort(("a",), descending=True),), limit=1),
]

_START = itertools.count(0, 1000)


def expected(documents: Sequence[Document], one: Asked) -> tuple[list[str], int]:
    """What a list must give, by the evaluator: the ids on the page, and how many match."""
    down = bool(one.sort) and one.sort[0].descending
    found = [each for each in documents if evaluate(one.query, each.body.data)]
    found.sort(key=lambda each: each.created, reverse=down)
    for key in reversed(one.sort):
        found.sort(key=lambda each: extreme(each.body.data, key), reverse=key.descending)
    page = found[one.offset : one.offset + one.limit]
    return [each.id for each in page], len(found)


async def answers(store: Store, bodies: Sequence[dict[str, Any]], lists: Sequence[Asked]) -> None:
    """Asks the store, and the evaluator, and compares."""
    start = next(_START)
    documents = [Document(f"{start + n}", Body(data=body), n) for n, body in enumerate(bodies)]
    await asyncio.gather(*(store.insert("thing", one) for one in documents))
    try:
        for one in lists:
            ids, total = expected(documents, one)
            where = {"sort": one.sort, "offset": one.offset, "limit": one.limit}
            page = await store.page("thing", one.query, **where)  # type: ignore[arg-type]
            assert [each.id for each in page.documents] == ids, one
            assert page.total == total, one
            found = await store.find("thing", one.query, **where)  # type: ignore[arg-type]
            assert [each.id for each in found] == ids, one
    finally:
        await asyncio.gather(*(store.delete("thing", one) for one in documents))


async def in_memory(bodies: Sequence[dict[str, Any]], lists: Sequence[Asked]) -> None:
    store = open_store("sqlite:///:memory:", SystemClock())
    await store.open([Collection("thing", INDEXED)])
    try:
        await answers(store, bodies, lists)
        await answers(store, bodies[::-1], lists)
    finally:
        await store.close()


@pytest.fixture(params=["as it is", "as if it were long"])
def lengths(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every way to read a list: also those which only long lists take."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param != "as it is":
            for module in (plan, reader, stretches):
                patch.setattr(module, "SIZE", 2)
            patch.setattr(plan, "LARGE", 3)
            patch.setattr(plan, "MANY", 2)
        yield


@pytest.mark.usefixtures("lengths")
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(bodies, min_size=1, max_size=CELL), st.lists(lists, min_size=1, max_size=12))
@example(FEW_HAVE, WHO_LACKS)
def test_sqlite_answers_as_the_evaluator_says(
    bodies: list[dict[str, Any]], lists: list[Asked]
) -> None:
    """Any documents, query, order and page: the same documents, in the same order, and as many."""
    asyncio.run(in_memory(bodies, lists))


@pytest.mark.slow
@pytest.mark.usefixtures("lengths")
@settings(
    max_examples=1500,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(bodies, min_size=1, max_size=CELL), st.lists(lists, min_size=1, max_size=12))
def test_sqlite_answers_as_the_evaluator_says_at_length(
    bodies: list[dict[str, Any]], lists: list[Asked]
) -> None:
    """The same, with many more examples."""
    asyncio.run(in_memory(bodies, lists))


def test_mongodb_answers_as_the_evaluator_says(mongodb_url: str) -> None:
    """The same for MongoDB, with one store for all examples: opening it takes long.

    Any query on any documents, in the default order; and any order of documents whose sort
    attributes have plain values.
    """
    with asyncio.Runner() as runner:
        store = open_store(mongodb_url, SystemClock())
        runner.run(store.open([Collection("thing", (*INDEXED, "s"))]))
        unsorted = asked(queries)

        @settings(max_examples=15, database=None)
        @given(st.lists(bodies, min_size=1, max_size=8), st.lists(unsorted, min_size=1, max_size=6))
        def check(bodies: list[dict[str, Any]], lists: list[Asked]) -> None:
            runner.run(answers(store, bodies, lists))

        @settings(max_examples=15, database=None)
        @given(st.lists(sane, min_size=1, max_size=8), st.lists(sane_lists, min_size=1, max_size=6))
        def check_order(bodies: list[dict[str, Any]], lists: list[Asked]) -> None:
            runner.run(answers(store, bodies, lists))

        try:
            check()
            check_order()
        finally:
            runner.run(store.close())
