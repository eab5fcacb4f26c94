"""The evaluator, SQLite and MongoDB read a query alike."""

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.clock import SystemClock
from api.query.evaluate import evaluate
from api.query.tree import And, Compare, ElementMatch, Exists, IsNull, Kind, Node, Not, Op, Or
from api.store import open_store
from api.store.document import Body, Document
from api.store.protocol import Collection, Store

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


_START = itertools.count(0, 1000)


async def answers(store: Store, bodies: Sequence[dict[str, Any]], queries: Sequence[Node]) -> None:
    """Asks the store, and the evaluator, and compares."""
    start = next(_START)
    documents = [Document(f"{start + n}", Body(data=body), n) for n, body in enumerate(bodies)]
    await asyncio.gather(*(store.insert("thing", one) for one in documents))
    for query in queries:
        expected = [one.id for one in documents if evaluate(query, one.body.data)]
        page = await store.page("thing", query, limit=1000)
        assert [one.id for one in page.documents] == expected, query
        assert page.total == len(expected), query
    await asyncio.gather(*(store.delete("thing", one) for one in documents))


async def in_memory(bodies: Sequence[dict[str, Any]], queries: Sequence[Node]) -> None:
    store = open_store("sqlite:///:memory:", SystemClock())
    await store.open([Collection("thing", INDEXED)])
    try:
        await answers(store, bodies, queries)
    finally:
        await store.close()


@settings(max_examples=60, deadline=None)
@given(st.lists(bodies, min_size=1, max_size=CELL), st.lists(queries, min_size=1, max_size=12))
def test_sqlite_finds_what_the_evaluator_matches(
    bodies: list[dict[str, Any]], queries: list[Node]
) -> None:
    """Any documents and any query: the same are found, by declared attributes and others."""
    asyncio.run(in_memory(bodies, queries))


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(st.lists(bodies, min_size=1, max_size=CELL), st.lists(queries, min_size=1, max_size=12))
def test_sqlite_finds_what_the_evaluator_matches_at_length(
    bodies: list[dict[str, Any]], queries: list[Node]
) -> None:
    """The same, with many more examples."""
    asyncio.run(in_memory(bodies, queries))


def test_mongodb_finds_what_the_evaluator_matches(mongodb_url: str) -> None:
    """The same for MongoDB, with one store for all examples: opening it takes long."""
    with asyncio.Runner() as runner:
        store = open_store(mongodb_url, SystemClock())
        runner.run(store.open([Collection("thing", INDEXED)]))

        @settings(max_examples=25, deadline=None, database=None)
        @given(st.lists(bodies, min_size=1, max_size=8), st.lists(queries, min_size=1, max_size=12))
        def check(bodies: list[dict[str, Any]], queries: list[Node]) -> None:
            runner.run(answers(store, bodies, queries))

        try:
            check()
        finally:
            runner.run(store.close())
