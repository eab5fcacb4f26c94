"""The normal form of bodies: aliases, defaults and dates, and nothing else touched."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import Invalid
from api.schema.shape import compile_shape

SCHEMAS: dict[str, Any] = {
    "Order": {
        "type": "object",
        "properties": {
            "orderDate": {"type": "string", "format": "date-time"},
            "note": {"type": "array", "items": {"$ref": "#/components/schemas/Note"}},
            "item": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
            "party": {"$ref": "#/components/schemas/Party"},
            "plain": {"$ref": "#/components/schemas/Plain"},
            "window": {
                "type": "object",
                "properties": {
                    "start": {"type": "string", "format": "date-time"},
                    "inner": {
                        "type": "object",
                        "properties": {
                            "deep": {
                                "type": "object",
                                "properties": {"end": {"$ref": "#/components/schemas/When"}},
                            }
                        },
                    },
                },
            },
        },
    },
    "When": {"type": "string", "format": "date-time"},
    "Note": {
        "allOf": [
            {"properties": {"date": {"$ref": "#/components/schemas/When"}}},
            {"properties": {"text": {"type": "string"}}},
        ]
    },
    "Item": {
        "type": "object",
        "x-turnup-attribute-aliases": {"Action": "action"},
        "properties": {
            "action": {"$ref": "#/components/schemas/Action"},
            "item": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
            "note": {"type": "array", "items": {"$ref": "#/components/schemas/Note"}},
            "grid": {
                "type": "array",
                "items": {"type": "array", "items": {"$ref": "#/components/schemas/Note"}},
            },
        },
    },
    "Action": {"type": "string", "enum": ["add"], "x-turnup-aliases": {"create": "add"}},
    "Party": {
        "type": "object",
        "properties": {"@type": {"type": "string", "x-turnup-default": "Party"}},
    },
    "Plain": {"type": "object", "properties": {"self": {"$ref": "#/components/schemas/Plain"}}},
}


def resolve(ref: str) -> Any:
    return SCHEMAS[ref.rpartition("/")[2]]


SHAPE = compile_shape({"$ref": "#/components/schemas/Order"}, resolve)
DATE, NORMAL = "2026-01-31T13:00:00+01:00", "2026-01-31T12:00:00.000Z"


def filled(body: Any) -> Any:
    body = copy.deepcopy(body)
    SHAPE.fill(body)
    return body


def dated(body: Any) -> Any:
    body = copy.deepcopy(body)
    SHAPE.normalise_dates(body)
    return body


FRAMES: list[Callable[[Any], Any]] = [
    lambda date: {"orderDate": date},
    lambda date: {"note": [{"text": "t"}, {"date": date}]},
    lambda date: {"item": [{"note": [{"date": date}]}]},
    lambda date: {"item": [{"item": [{"item": [{"note": [{"date": date}]}]}]}]},
    lambda date: {"item": [{"grid": [[], [{"date": date}]]}]},
    lambda date: {"window": {"start": date}},
    lambda date: {"window": {"inner": {"deep": {"end": date}}}},
]


@pytest.mark.parametrize("frame", FRAMES)
def test_dates_wherever_the_schema_has_them(frame: Callable[[str], Any]) -> None:
    """At the top, in arrays of arrays, in recursive and in inline schemas: all are normalised."""
    assert dated(frame(DATE)) == frame(NORMAL)


def test_dates_elsewhere_are_left_alone() -> None:
    """What merely looks like a date, in an attribute that is none, is the client's text."""
    body = {"date": DATE, "party": {"orderDate": DATE}, "note": [{"text": DATE}], "plain": {"d": 1}}
    assert dated(body) == body


def test_a_bad_date_is_named_by_its_path() -> None:
    """The schema's own format check is looser or absent in places: the path is told here too."""
    with pytest.raises(Invalid) as caught:
        dated({"item": [{}, {"note": [{"date": "tomorrow"}]}]})
    assert caught.value.reason.startswith("item[1].note[0].date: 'tomorrow'")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"item": [{"action": "create"}]}, {"item": [{"action": "add"}]}),
        ({"item": [{"Action": "create"}]}, {"item": [{"action": "add"}]}),
        (
            {"item": [{"Action": "x", "action": "add"}]},
            {"item": [{"Action": "x", "action": "add"}]},
        ),
        (
            {"item": [{"item": [{"item": [{"Action": "add"}]}]}]},
            {"item": [{"item": [{"item": [{"action": "add"}]}]}]},
        ),
        ({"party": {}}, {"party": {"@type": "Party"}}),
        ({"party": {"@type": "Mine"}}, {"party": {"@type": "Mine"}}),
        ({"action": "create"}, {"action": "create"}),
    ],
)
def test_aliases_and_defaults(body: Any, expected: Any) -> None:
    """Other spellings become the official ones; what is given is never overwritten."""
    assert filled(body) == expected


@pytest.mark.parametrize("part", [None, 1, "x", [], [None, 1, [["x"]]], {"item": 5}, [[{}]]])
def test_filling_copes_with_any_shape(part: Any) -> None:
    """It runs before validation."""
    for name in ("item", "note", "party", "plain", "window"):
        assert filled({name: part}).keys() == {name}
    SHAPE.fill(part)


def test_what_holds_nothing_is_pruned() -> None:
    """Subtrees without aliases, defaults or dates are not visited at all."""
    assert set(SHAPE.children) == {"item", "note", "party", "window"}


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(("date", "other"), [(DATE, True), (NORMAL, False), (None, False)])
def test_filling_tells_of_dates_in_another_form(
    frame: Callable[[Any], Any], date: str | None, *, other: bool
) -> None:
    """Wherever one is, even if it is not the first: only then they are walked again."""
    body = frame(date)
    assert SHAPE.fill({**body, "party": {}}) is other
    assert SHAPE.fill({"orderDate": NORMAL, **body}) is other


names = st.sampled_from(
    ["orderDate", "note", "item", "party", "plain", "window", "date", "action", "start", "x"]
)
bodies: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([DATE, NORMAL, "x", None, 1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


def _expected(body: Any, schema: Any) -> Any:
    """The slow and obvious way: walks schema and body together, with no pruning."""
    while "$ref" in schema:
        schema = resolve(schema["$ref"])
    if isinstance(body, list) and "items" in schema:
        return [_expected(part, schema["items"]) for part in body]
    properties = {n: s for part in schema.get("allOf", []) for n, s in part["properties"].items()}
    properties |= schema.get("properties", {})
    if isinstance(body, dict):
        return {n: _expected(part, properties.get(n, {})) for n, part in body.items()}
    return NORMAL if schema.get("format") == "date-time" and body == DATE else body


@given(st.dictionaries(names, bodies, max_size=5))
def test_pruning_loses_nothing_and_touches_nothing_else(body: Any) -> None:
    """The compiled walk does what a naive one over the whole schema does, for any typed body."""
    typed = _typed(body, SCHEMAS["Order"])
    assert dated(typed) == _expected(typed, SCHEMAS["Order"])


def _typed(body: Any, schema: Any) -> Any:
    """The body with arrays and objects only where the schema has them, and dates that are dates."""
    while "$ref" in schema:
        schema = resolve(schema["$ref"])
    if "items" in schema:
        return [_typed(part, schema["items"]) for part in (body if isinstance(body, list) else [])]
    properties = {n: s for part in schema.get("allOf", []) for n, s in part["properties"].items()}
    properties |= schema.get("properties", {})
    if properties:
        given = body if isinstance(body, dict) else {}
        return {n: _typed(p, properties[n]) if n in properties else p for n, p in given.items()}
    return DATE if schema.get("format") == "date-time" and body != NORMAL else body
