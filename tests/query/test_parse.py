"""Query strings as TMF630 has them, and what becomes of them."""

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import BadRequest, NotSupported
from api.query.fields import parse_fields
from api.query.parse import parse_query
from api.query.sort import parse_sort
from api.query.tree import EVERYTHING, And, Compare, Kind, Node, Op, Or, Sort

TYPES = {
    ("state",): Kind.STRING,
    ("n",): Kind.NUMBER,
    ("live",): Kind.BOOLEAN,
    ("date",): Kind.DATE,
    ("party", "id"): Kind.STRING,
}


def types(path: tuple[str, ...]) -> Kind:
    return TYPES.get(path, Kind.ANY)


def parse(raw: str) -> Node:
    return parse_query(raw, types)


def state(value: str, op: Op = Op.EQ) -> Compare:
    return Compare(("state",), op, value, Kind.STRING)


def n(value: float, op: Op = Op.EQ) -> Compare:
    return Compare(("n",), op, value, Kind.NUMBER)


def date(value: str, op: Op) -> Compare:
    return Compare(("date",), op, value, Kind.DATE)


def other(path: str, value: str, op: Op = Op.EQ) -> Compare:
    return Compare(tuple(path.split(".")), op, value, Kind.ANY)


NOON = "2026-01-31T12:00:00.000Z"

GOOD = {
    "": EVERYTHING,
    "&&": EVERYTHING,
    "fields=a&offset=1&limit=2&sort=-n": EVERYTHING,
    "limit=2;state=a": state("a"),
    "state=": state(""),
    "state=a+b%26c": state("a b&c"),
    # several values of one attribute
    "state=a,b": Or((state("a"), state("b"))),
    "state=a%2Cb": Or((state("a"), state("b"))),
    "state=a&state=b": Or((state("a"), state("b"))),
    "state=a;state=b": Or((state("a"), state("b"))),
    "state=a&n=1&state=b": And((Or((state("a"), state("b"))), n(1))),
    r"state=a\,b": state("a,b"),
    "state=a%5C,b": state("a,b"),
    "state=a%5C%2Cb,c": Or((state("a,b"), state("c"))),
    "state=a%3Bb": state("a;b"),
    "state.ne=a,b": And((state("a", Op.NE), state("b", Op.NE))),
    "state.ne=a&state.ne=b": And((state("a", Op.NE), state("b", Op.NE))),
    "n.gt=1,5": Or((n(1, Op.GT), n(5, Op.GT))),
    # AND and OR
    "state=a&n=1;n=2": Or((And((state("a"), n(1))), n(2))),
    "n>1&n<9": And((n(1, Op.GT), n(9, Op.LT))),
    "n>1&n>2": And((n(1, Op.GT), n(2, Op.GT))),
    # operators, as suffix, raw and encoded
    "n.eq=5": n(5),
    "n.ne=5": n(5, Op.NE),
    "n.gt=5": n(5, Op.GT),
    "n.gte=5": n(5, Op.GTE),
    "n.lt=5": n(5, Op.LT),
    "n.lte=5": n(5, Op.LTE),
    "n>5": n(5, Op.GT),
    "n>=5": n(5, Op.GTE),
    "n<5": n(5, Op.LT),
    "n<=5": n(5, Op.LTE),
    "n==5": n(5),
    "n!=5": n(5, Op.NE),
    "n%3E5": n(5, Op.GT),
    "n%3e%3d5": n(5, Op.GTE),
    "n%3E=5": n(5, Op.GTE),
    "n%3E%3D=5": n(5, Op.GTE),
    "n%3C5": n(5, Op.LT),
    "n%3C%3D5": n(5, Op.LTE),
    "n%3D%3D5": n(5),
    "n%3D5": n(5),
    "state=%3D5": state("=5"),
    "state=~a.c": state("a.c", Op.REGEX),
    "state%3D~a%2B": state("a+", Op.REGEX),
    "state.regex=^(a|b),c{1,2}$": state("^(a|b),c{1,2}$", Op.REGEX),
    # paths
    "party.id=7": Compare(("party", "id"), Op.EQ, "7", Kind.STRING),
    "party.id.ne=7": Compare(("party", "id"), Op.NE, "7", Kind.STRING),
    "@type=A": other("@type", "A"),
    "own.thing=5": other("own.thing", "5"),
    "own.thing.gt=5": other("own.thing", "5", Op.GT),
    "own.eq=~x": other("own", "~x"),
    "own.ne==x": other("own", "=x", Op.NE),
    "state=~x": state("x", Op.REGEX),
    "state.eq=~x": state("~x"),
    "gt=5": other("gt", "5"),
    # literals by type
    "n=-1.50e2": n(-150.0),
    "live=true": Compare(("live",), Op.EQ, True, Kind.BOOLEAN),
    "date.gt=2026-01-31T12:00:00Z": date(NOON, Op.GT),
    "date.lte=2026-01-31T14:00:00%2B02:00": date(NOON, Op.LTE),
    "date.lte=2026-01-31T14:00:00+02:00": date(NOON, Op.LTE),
}

BAD = {
    "state": "is not a condition",
    "state=a;b": "is not a condition",
    "a..b=1": "is not an attribute",
    ".a=1": "is not an attribute",
    "=1": "is not an attribute",
    "$where=1": r"'\$where' is not an attribute",
    "a.$gt=1": "is not an attribute",
    "a.0=1": "is not an attribute",
    "a%22=1": "is not an attribute",
    "a%00=1": "NUL",
    "state=%00": "NUL",
    "state=%ff": "UTF-8",
    "state.like=a": "like is not an operator",
    "party.id.GT=a": "GT is not an operator",
    "n.gt>5": "two operators",
    "n=five": "n: 'five' is not a number",
    "n=": "not a number",
    "n=1,x": "not a number",
    "n=1e999": "not a number",
    "n=NaN": "not a number",
    "live=yes": "live: 'yes' is neither true nor false",
    "live.gt=true": "live.gt: a boolean cannot be compared with gt",
    "n.regex=1": "n.regex: a number cannot be compared with regex",
    "date=yesterday": "date: 'yesterday' is not a date",
    "state.regex=(": "not a regular expression",
    "a=" + "x," * 100: "100 values to compare an attribute",
    "&".join(f"a{n}=" + "x," * 99 for n in range(16)): "1500 values",
    "&".join(f"a{n}.gt=x" for n in range(101)): "100 conditions",
    "&".join(["a=" + "x," * 59] * 2): "100 conditions",
    "a.gt=" + "x," * 99 + "x&b=x": "100 conditions",
    ".".join("abcdefghijklmnopq") + "=1": "16 names",
    "a" * 101 + "=1": "100 characters in a name",
    "a=1&" * 15_001: "60000 characters",
}


@pytest.mark.parametrize("raw", GOOD)
def test_a_query_means(raw: str) -> None:
    """Each form of a condition becomes the tree that it stands for."""
    assert parse(raw) == GOOD[raw]


def test_values_of_many_attributes() -> None:
    """As many for each as for one alone: what documents declare of parameters holds for all."""
    tree = parse("&".join(f"a{n}=" + ",".join(map(str, range(100))) for n in range(15)))
    assert isinstance(tree, And)
    assert [len(each.terms) for each in tree.terms if isinstance(each, Or)] == [100] * 15


@pytest.mark.parametrize("text", ["(", "a**", "x" * 201, "a.{900}b", "(a|ab)*,c"])
def test_what_is_no_regular_expression_may_be_a_value(text: str) -> None:
    """Behind a bare ``=~`` alone, and where a list is asked for: any text is a value there."""
    first, *more = f"~{text}".split(",")
    values = (state(first), *map(state, more))
    expected = Or(values) if more else values[0]
    assert parse_query(f"state=~{text}", types, tilde=True) == expected
    for raw in (f"state=~{text}", f"state%3D~{text}", f"state.regex={text}"):
        with pytest.raises(BadRequest):
            parse_query(raw, types, tilde="=~" not in raw)
    with pytest.raises(BadRequest):
        parse_query(f"n=~{text}", types, tilde=True)


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_may_be_asked_for(text: str) -> None:
    """Documents describe the parameter of a list as any text: each is taken."""
    parse_query(f"state={quote(text, safe='~')}", lambda _path: Kind.STRING, tilde=True)


@pytest.mark.parametrize("raw", BAD, ids=lambda raw: raw[:20])
def test_a_bad_query_is_refused(raw: str) -> None:
    """400, with a reason that names the attribute or the limit."""
    with pytest.raises(BadRequest, match=BAD[raw]):
        parse(raw)


@given(st.text(max_size=60) | st.text("ab.=<>!~;&,%3DEC\\ $25", max_size=60))
def test_any_text_is_a_query_or_refused(raw: str) -> None:
    """Whatever a client sends, the parser answers with a tree or a client error."""
    with suppress(BadRequest, NotSupported):
        parse(raw)


def test_sort_takes_signs_and_nested_names() -> None:
    """Ascending by default; a ``+`` arrives as a space."""
    assert parse_sort("-a,+b.c, d,e") == (
        Sort(("a",), descending=True),
        Sort(("b", "c")),
        Sort(("d",)),
        Sort(("e",)),
    )
    assert parse_sort("") == ()
    assert parse_sort("a,-b,-a") == (Sort(("a",)), Sort(("b",), descending=True))


@pytest.mark.parametrize("text", ["-", "a..b", "-$a", "a,b,c,d,e,f,g,h,i"])
def test_a_bad_sort_is_refused(text: str) -> None:
    """400 for what is no attribute, and for too many of them."""
    with pytest.raises(BadRequest):
        parse_sort(text)


def test_fields_are_paths() -> None:
    """``none`` selects nothing beyond what is always there."""
    assert parse_fields("a,b.c") == (("a",), ("b", "c"))
    assert parse_fields("none") == parse_fields("") == ()
    assert parse_fields("a,$b,c..d") == (("a",),)
    with pytest.raises(BadRequest, match="100 attributes"):
        parse_fields("," * 100)


def test_terms_are_counted_before_they_are_read() -> None:
    """Of thousands none is looked at, whatever it says."""
    for joint in "&;":
        with pytest.raises(BadRequest, match="1500 values"):
            parse_query(joint.join(f"a{n}.b=%ff" for n in range(3000)), lambda _: Kind.ANY)
