"""Any tree can be written as a filter, and any text is a filter or refused."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.errors import ApiError, BadRequest
from api.query.tree import And, Compare, ElementMatch, Exists, Kind, Node, Not, Op, Or
from tests.cpu import growth
from tests.query.test_jsonpath import parse, whole

BIND = {Op.EQ: "==", Op.NE: "!=", Op.GT: ">", Op.GTE: ">=", Op.LT: "<", Op.LTE: "<="}

names = st.sampled_from(["a", "b-c", "@type", "true", "it em", "é"])
paths = st.lists(names, min_size=1, max_size=2).map(tuple)
values = (
    st.tuples(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
    | st.tuples(st.integers(-(2**53), 2**53))
    | st.tuples(st.floats(allow_nan=False, allow_infinity=False))
    | st.tuples(st.booleans())
).map(lambda one: one[0])


def made(path: tuple[str, ...], op: Op, value: str | float) -> Compare:
    if isinstance(value, bool):
        return Compare(path, op if op is Op.NE else Op.EQ, value, Kind.BOOLEAN)
    return Compare(path, op, value, Kind.STRING if isinstance(value, str) else Kind.NUMBER)


def inner(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    terms = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    one = st.builds(ElementMatch, paths, nodes)
    return terms.map(And) | terms.map(Or) | nodes.map(Not) | one


trees: st.SearchStrategy[Node] = st.recursive(
    st.builds(made, paths, st.sampled_from(list(BIND)), values) | st.builds(Exists, paths),
    inner,
    max_leaves=5,
)


def at(path: tuple[str, ...]) -> str:
    return "@" + "".join(f"[{json.dumps(name)}]" for name in path)


def render(node: Node) -> str:
    """The filter that a tree is parsed from."""
    if isinstance(node, Compare):
        return f"{at(node.path)} {BIND[node.op]} {json.dumps(node.value)}"
    if isinstance(node, Exists):
        return at(node.path)
    if isinstance(node, ElementMatch):
        return f"{at(node.path)}[?({render(node.term)})]"
    if isinstance(node, Not):
        return f"!({render(node.term)})"
    assert isinstance(node, And | Or)
    word = " && " if isinstance(node, And) else "||"
    return word.join(f"({render(term)})" for term in node.terms)


@settings(max_examples=200)
@given(trees)
def test_what_is_written_out_is_read_back(tree: Node) -> None:
    """A tree's own filter is parsed to that tree; only the limits may be in the way."""
    try:
        assert parse(f"$[?({render(tree)})]") == tree
    except BadRequest as error:
        assert "The query has more than" in error.reason  # noqa: PT017


@settings(max_examples=300)
@given(st.text(max_size=40) | st.text("$@.[?()]'\"\\/=~!&|<>*,:ab1 ", max_size=60))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    """Nothing but an error of the API ever comes of it."""
    with suppress(ApiError):
        parse(text)
    with suppress(ApiError):
        whole(f"$[?({text})]")


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    "part", ["(", "!", "[?", "@.a[?(", "'", "\\", "/\\", "a.", "@.a&&", "-1", " "]
)
def test_no_text_takes_long(part: str) -> None:
    """One thing over and over, to the longest that is read, costs in proportion to its length."""

    def read(length: int) -> None:
        with suppress(ApiError):
            parse("$[?(@.a==" + part * (length // len(part)))

    assert growth(lambda: read(990), lambda: read(7900)) < 24, "8 times as long"
