"""``filter=``: what JSONPath becomes, what is refused, and where."""

from typing import Any
from urllib.parse import quote

import pytest

from api.errors import BadRequest, NotSupported
from api.query.evaluate import evaluate
from api.query.jsonpath import parse_jsonpath
from api.query.parse import parse_query
from api.query.tree import And, Compare, ElementMatch, Exists, IsNull, Kind, Node, Not, Op, Or

TYPES = {
    ("state",): Kind.STRING,
    ("n",): Kind.NUMBER,
    ("live",): Kind.BOOLEAN,
    ("date",): Kind.DATE,
    ("note", "date"): Kind.DATE,
    ("note", "author"): Kind.STRING,
}


def kinds(path: tuple[str, ...]) -> Kind:
    return TYPES.get(path, Kind.ANY)


def parse(text: str) -> Node:
    return parse_jsonpath(text, kinds)


def whole(text: str) -> Node:
    return parse_query(f"filter={quote(text, safe='')}", kinds)


def text(path: str, value: str, op: Op = Op.EQ) -> Compare:
    return Compare(tuple(path.split(".")), op, value, Kind.STRING)


def n(value: float, op: Op = Op.EQ) -> Compare:
    return Compare(("n",), op, value, Kind.NUMBER)


def there(path: str) -> Exists:
    return Exists(tuple(path.split(".")))


HELD = text("state", "held")
NOTE = ElementMatch(("note",), And((text("author", "a"), text("text", "b"))))

GOOD: dict[str, Node] = {
    "$[?(@.state=='held')]": HELD,
    "[?(@.state=='held')]": HELD,
    "$[?@.state == 'held']": HELD,
    "$[?('held' == @.state)]": HELD,
    "$[?(@['state']==\"held\")]": HELD,
    "$[?(@.state=='held' && @.n>3)]": And((HELD, n(3, Op.GT))),
    "$[?(3 < @.n)]": n(3, Op.GT),
    "$[?(@.n!=3 || @.n>=-1.5e1)]": Or((n(3, Op.NE), n(-15.0, Op.GTE))),
    "$[?(@.n<3 || @.n<=4 && @.n>0)]": Or((n(3, Op.LT), And((n(4, Op.LTE), n(0, Op.GT))))),
    "$[?(!(@.n<3 || @.n>4))]": Not(Or((n(3, Op.LT), n(4, Op.GT)))),
    "$[?(!@.a.b)]": Not(there("a.b")),
    "$[?(!!@.a)]": Not(Not(there("a"))),
    "$.a.b": there("a.b"),
    "$[*].a": there("a"),
    "$[?(@.state=~/^h.*d$/i)]": text("state", "(?i)^h.*d$", Op.REGEX),
    "$[?(@.state=~'^h')]": text("state", "^h", Op.REGEX),
    "$[?(@.a==null)]": Or((IsNull(("a",)), Not(there("a")))),
    "$[?(@.a!=null)]": Not(Or((IsNull(("a",)), Not(there("a"))))),
    # the schema's kind rules; what it does not type is as written
    "$[?(@.n=='3')]": n(3),
    "$[?(@.state==5)]": text("state", "5"),
    "$[?(@.live==true)]": Compare(("live",), Op.EQ, True, Kind.BOOLEAN),
    "$[?(@.own=='5')]": text("own", "5"),
    "$[?(@.own==5)]": Compare(("own",), Op.EQ, 5, Kind.NUMBER),
    "$[?(@.own==false)]": Compare(("own",), Op.EQ, False, Kind.BOOLEAN),
    "$[?(@.date>'2026-01-31T14:00:00+02:00')]": Compare(
        ("date",), Op.GT, "2026-01-31T12:00:00.000Z", Kind.DATE
    ),
    # escapes and names
    "$[?(@.state=='it\\'s \\\"\\u00e9\\ud83d\\ude00\\n\\\\')]": text("state", "it's \"é😀\n\\"),
    '$[?(@.state=="a\'b")]': text("state", "a'b"),
    "$[?(@.@type=='A')]": text("@type", "A"),
    "$[?(@['@type']=='A')]": text("@type", "A"),
    "$[?(@.true==1)]": Compare(("true",), Op.EQ, 1, Kind.NUMBER),
    # through arrays, and one and the same element
    "$[?(@.note.author=='a')]": text("note.author", "a"),
    "$[?(@.note[*].author=='a')]": text("note.author", "a"),
    "$.note[?(@.author=='a' && @.text=='b')]": NOTE,
    "note[?(@.author=='a' && @.text=='b')]": NOTE,
    "$[?(@.note[?(@.author=='a' && @.text=='b')])]": NOTE,
    "$['note'][?(@.author=='a' && @.text=='b')]": NOTE,
    "$[?(@.note[?(@.author=='a')].text=='b')]": NOTE,
    "$[?(@.state=='held')].note[?(@.author=='a' && @.text=='b')]": And((HELD, NOTE)),
    "$.note[?(@.date<'2026-01-01T00:00:00Z')]": ElementMatch(
        ("note",), Compare(("date",), Op.LT, "2026-01-01T00:00:00.000Z", Kind.DATE)
    ),
    "$.a[?(@.b[?(@.c)])]": ElementMatch(("a",), ElementMatch(("b",), there("c"))),
    "tags[?(@=='x' || @=='y')]": Or((text("tags", "x"), text("tags", "y"))),
}

WRONG = {
    "null": "a value that is compared with nothing at position 1",
    "": "a path to nothing at position 1",
    "$": "a path to nothing at position 2",
    "$[?(@.state='held')]": "'=' at position 12",
    "$[?(@.state=='held']": "']' instead of ) at position 20",
    "$[?(@.state=='held')": "the end instead of ] at position 21",
    "$[?(@.state=='held)]": "a text without an end at position 14",
    "$[?(@.state=='held')] x": "'x' at position 23",
    "$[?(@.a & @.b)]": "'&' at position 9",
    "$[?(@.a && )]": "')' at position 12",
    "$[?()]": "')' at position 5",
    "$[?(state=='held')]": "'state' at position 5",
    "state=='held'": "'==' at position 6",
    "@.state": "'@' at position 1",
    "state": "names alone at position 1",
    "note.date": "names alone at position 1",
    "$state": "'state' at position 2",
    "$[?('x')]": "compared with nothing at position 5",
    "$[?(@.a.)]": "no name of an attribute at position 9",
    "$[?(@.$where==1)]": "no name of an attribute at position 7",
    "$[?(@['$where']==1)]": "'$where' is not an attribute at position 7",
    "$[?(@['a.b']==1)]": "a dot in it at position 7",
    "$[?(@['0']==1)]": "is not an attribute at position 7",
    "$[?(@['a\"']==1)]": "is not an attribute at position 7",
    "$[?(@.a=='\\q')]": "an escape that JSON does not have at position 10",
    "$[?(@.a=='\\ud800')]": "an escape that JSON does not have at position 10",
    "$[?(@.a=='\\u0000')]": "NUL at position 10",
    "$[?(@.a>null)]": "null at position 9",
    "$[?(@.a=~5)]": "does not suit the operator at position 10",
    "$[?(@.a==/x/)]": "does not suit the operator at position 10",
    "$[?(@=='x')]": "@ alone",
    "$[?(@.n=='x')]": "n: 'x' is not a number",
    "$[?(@.note[?(@.date=='x')])]": "note.date: 'x' is not a date",
    "$[?(@.live>true)]": "live: a boolean cannot be compared with gt",
    "$[?(@.n=~/1/)]": "n: a number cannot be compared with regex",
    "$[?(@.a=~/(a+)+/)]": "regular expression",
    "$[?(@.a=~/(/)]": "regular expression",
    f"$[?(@.{'x' * 101})]": "100 characters in a name",
    f"$.{'.'.join('abcdefghijklmnopq')}": "16 names in a path",
    f"$.{'.'.join('abcdefgh')}[?(@.{'.'.join('abcdefghi')})]": "16 names in a path",
    f"$[?({'(' * 13}@.a{')' * 13})]": "12 levels of parentheses",
    f"$[?({'!' * 4000}@.a)]": "12 levels of parentheses",
    "a[?(@.a[?(@.a[?(@.a[?(@.a)])])])]": "3 levels of [?]",
    f"$[?({' || '.join(['@.a'] * 101)})]": "100 conditions",
    f"$[?({' || '.join(['@.a==1'] * 101)})]": "100 conditions",
    f"a[?({' || '.join(['@.a==1'] * 101)})]": "100 conditions",
    f"a.b.c.d[?(@.a.b.c.d[?({' || '.join(['@.a'] * 41)})])]": "1000 comparisons",
    "x" * 8001: "8000 characters in a filter",
}

LACKING = {
    "$..a": ".. at position 2",
    "$.*": ".* at position 3",
    "$[?(@.*)]": ".* at position 7",
    "$.a[0]": "a place in an array at position 5",
    "$.a[1:2]": "a place in an array at position 5",
    "$.a[:2]": "a place in an array at position 5",
    "$['a','b']": "a union at position 6",
    "$.a[*]": "ends with",
    "$.a[?(@.b)][?(@.c)]": "follows no name at position 12",
    "$[?(length(@.a)>1)]": "the function length at position 5",
    "$[?(@.a.length()>1)]": "a function at position 15",
    "$[?(@.a in ['x'])]": "the operator in at position 9",
    "$[?(@.a==@.b)]": "not of an attribute with a value at position 10",
    "$[?(1==1)]": "not of an attribute with a value at position 8",
    "$[?($.a==1)]": "$ inside of a filter at position 5",
    "$[?(@.a=~/x/g)]": "the flags g at position 10",
    "tags[?(@!='x')]": "@ alone",
    "tags[?(@>1 && @<9)]": "@ alone",
}

BODY: dict[str, Any] = {
    "note": [{"author": "a", "text": "x"}, {"author": "b", "text": "b"}, "a", [{"author": "c"}]],
    "place": {"city": "x", "zip": 7},
    "item": [{"part": [{"x": 1, "y": 2}]}, {"part": {"x": 3, "y": None}}],
    "empty": [],
    "nothing": None,
}
MEANING = {
    "$[?(@.note.author=='a' && @.note.text=='b')]": True,
    "$.note[?(@.author=='a' && @.text=='b')]": False,
    "$.note[?(@.author=='b' && @.text=='b')]": True,
    "$.note[?(@.author=='c')]": False,
    "$.note[?(@.author!='a')]": True,
    "$.note[?(!@.author)]": False,
    "$.place[?(@.city=='x' && @.zip==7)]": True,
    "$.item.part[?(@.x==1 && @.y==2)]": True,
    "$.item[?(@.part[?(@.x==1)])].part[?(@.y==2)]": True,
    "$.item.part[?(@.x==3 && @.y==2)]": False,
    "$.item.part[?(@.x==3 && @.y==null)]": True,
    "$.empty": True,
    "$.nothing": True,
    "$[?(@.nothing==null && @.absent==null && @.empty!=null)]": True,
    "$.absent": False,
    "$.note[?(@=='a')]": True,
}


@pytest.mark.parametrize("path", GOOD)
def test_a_filter_means(path: str) -> None:
    """Each form becomes the tree that it stands for, encoded in a query too."""
    assert parse(path) == whole(path) == GOOD[path]


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path[:30])
def test_a_wrong_filter_is_refused(path: str) -> None:
    """400, with the position, the attribute or the limit."""
    with pytest.raises(BadRequest) as caught:
        whole(path)
    assert WRONG[path] in caught.value.reason


@pytest.mark.parametrize("path", LACKING)
def test_what_is_lacking_is_said(path: str) -> None:
    """501, with the position."""
    with pytest.raises(NotSupported) as caught:
        whole(path)
    assert LACKING[path] in caught.value.reason


@pytest.mark.parametrize("path", MEANING)
def test_a_filter_holds(path: str) -> None:
    """One element meets all of ``[?()]``; objects outside of arrays count as elements."""
    assert evaluate(whole(path), BODY) is MEANING[path]


def test_filters_hold_beside_all_else() -> None:
    """Whatever the ``;`` around, and with ``&&`` as it stands."""
    both = And((HELD, n(3, Op.GT)))
    assert parse_query("n=1&filter=$[?(@.state=='held' && @.n>3)]&limit=1", kinds) == And(
        (n(1), both)
    )
    assert parse_query("n=1;filter=$[?(@.state=='held')];n=2&filter=$.a", kinds) == And(
        (Or((n(1), n(2))), HELD, there("a"))
    )
    with pytest.raises(BadRequest, match="100 conditions"):
        parse_query("&".join(["filter=$.a"] * 101), kinds)
    with pytest.raises(BadRequest, match="two operators"):
        parse_query("filter==$.a", kinds)
