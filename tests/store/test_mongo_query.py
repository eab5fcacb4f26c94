"""MongoDB is asked by our own operators only, and in the shape of the declared indexes."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import ApiError
from api.query.parse import parse_query
from api.query.tree import EVERYTHING, Compare, Kind, Op, Sort
from api.store.mongo.documents import declare
from api.store.mongo.query import compile_query, compile_sort
from api.store.protocol import Collection
from tests.store.test_sqlite_plan import RESOURCES

OURS = {"$eq", "$in", "$nin", "$gt", "$gte", "$lt", "$lte", "$regex", "$and", "$or", "$nor"}
OURS |= {"$exists", "$type", "$not", "$elemMatch"}
HOSTILE = st.sampled_from(
    (
        "$gt",
        "$where",
        '{"$gt":""}',
        "$$ROOT",
        "a.$b",
        "\x01",
        "sleep(1)",
        "body.$where",
        "..",
        "[$ne]",
    )
)


def operators(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name.startswith("$"):
                yield name
            yield from operators(part)
    elif isinstance(value, list):
        for part in value:
            yield from operators(part)


@given(HOSTILE | st.text(), st.sampled_from(Op), st.sampled_from(Kind))
def test_values_never_become_operators(text: str, op: Op, kind: Kind) -> None:
    """Whatever a client writes for a value stands as an operand."""
    if op is Op.REGEX or kind in (Kind.NUMBER, Kind.BOOLEAN):
        op, kind = Op.EQ, Kind.ANY
    made = compile_query(Compare(("state",), op, text, kind))
    assert set(operators(made)) <= OURS


@given(HOSTILE | st.text(max_size=30), HOSTILE | st.text(max_size=30))
def test_no_query_string_reaches_it_as_an_operator(name: str, value: str) -> None:
    """Names and values as they come: refused, or compiled to our operators."""
    for raw in (f"{quote(name)}={quote(value)}", f"filter=$[?(@.{quote(name)}=='{quote(value)}')]"):
        try:
            node = parse_query(raw, lambda _path: Kind.ANY)
        except ApiError:
            continue
        made = compile_query(node)
        assert set(operators(made)) <= OURS


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.collection)
def test_declared_attributes_have_an_index_of_the_lists_shape(resource: Any) -> None:
    """A filter is on an index's first key; with the order it is that index, in either direction.

    Then MongoDB needs neither a scan nor a sort.
    """
    model: Any = declare(Collection(resource.collection, resource.indexes))
    indexes = [list(one.document["key"].items()) for one in model.Settings.indexes]
    indexes.append([("_id", 1)])
    for path in ("id", *resource.indexes):
        names = tuple(path.split("."))
        for op in (Op.EQ, Op.GT, Op.LTE):
            made = compile_query(Compare(names, op, "x", Kind.STRING))
            (field,) = [one for one in _fields(made) if one != "created"]
            assert any(index[0][0] == field for index in indexes)
        for down in (False, True):
            order = compile_sort([Sort(names, down)])
            wanted = [(name, -way) for name, way in order] if down else order
            assert wanted in indexes
        equal = [(field, 1), *compile_sort(())]
        assert equal in indexes or path == "id"
    assert list(compile_query(EVERYTHING)) == ["created"]
    assert compile_sort(()) in indexes


def _fields(made: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for name, part in made.items():
        found += [name] if not name.startswith("$") else [f for one in part for f in _fields(one)]
    return found
