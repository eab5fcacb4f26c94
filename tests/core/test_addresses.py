"""Addresses within bodies: paths where they are stored, URLs where they are read."""

import orjson
import pytest

from api.addresses import as_stored, by_id, completed
from api.query.parse import parse_query
from api.query.tree import EVERYTHING, Kind, Node, Or

ORIGIN = "https://gw.example.net/api"
PATHS = ("source", "request.to", "header.value", "body")


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ({"source": "/x/1", "other": "/x/1"}, {"source": f"{ORIGIN}/x/1", "other": "/x/1"}),
        ({"request": {"to": "/x", "n": 1}}, {"request": {"to": f"{ORIGIN}/x", "n": 1}}),
        ({"source": "http://h/x"}, {"source": "http://h/x"}),
        ({"source": 1, "request": "/x"}, {"source": 1, "request": "/x"}),
        ({"header": [{"value": "/x"}, {"value": "a/b"}, {}]}, None),
        ({}, {}),
    ],
)
def test_completed(stored: dict[str, object], read: dict[str, object] | None) -> None:
    """What begins with a slash at those paths, in arrays too; all else is as it was."""
    before = orjson.dumps(stored)
    if read is None:
        read = {"header": [{"value": f"{ORIGIN}/x"}, {"value": "a/b"}, {}]}
    assert completed(stored, PATHS, ORIGIN) == read
    assert orjson.dumps(stored) == before


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{"id":"1","href":"/x/1","a":{"href":"/y"}}', "whole"),
        ('{"id":"a\\"b","href":"/x/1"}', "whole"),
        ('{"id":"1","a":{"href":"/y"}}', "same"),
        ('{"id":"1","href":"http://h/x/1"}', "same"),
        ('{"code":"409","href":"/x"}', "same"),
        ("", "same"),
    ],
)
def test_completed_text(text: str, read: str) -> None:
    """Of a resource kept as text its own href is completed, and nothing else in it."""
    found = completed({"body": text}, PATHS, ORIGIN)["body"]
    assert found == (text.replace('"/x/1"', f'"{ORIGIN}/x/1"') if read == "whole" else text)


def _kinds(path: tuple[str, ...]) -> Kind:
    return Kind.ANY if path == ("request",) else Kind.STRING


def parsed(query: str) -> Node:
    return parse_query(query, _kinds)


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        (f"source={ORIGIN}/x/1", "source=/x/1"),
        (f"source.ne={ORIGIN}/x/1&a=1", "source.ne=/x/1&a=1"),
        (f"source={ORIGIN}/x/1,/x/2;a=1", "source=/x/1,/x/2;a=1"),
        (f"request.to={ORIGIN}/x", "request.to=/x"),
        (f"filter=$[?(!(@.source=='{ORIGIN}/x'))]", "filter=$[?(!(@.source=='/x'))]"),
        (f"filter=$.header[?(@.value=='{ORIGIN}/x')]", "filter=$.header[?(@.value=='/x')]"),
        (
            f"filter=$.header[?(@.value[?(@.value=='{ORIGIN}/x')])]",
            f"filter=$.header[?(@.value[?(@.value=='{ORIGIN}/x')])]",
        ),
        (f"filter=$.request[?(@.to<'{ORIGIN}/x' && @.n=='1')]", None),
        (f"source.gte={ORIGIN}/x&source.lt={ORIGIN}/y", "source.gte=/x&source.lt=/y"),
        (
            f'filter=$[?(@.body==\'{{"id":"1","href":"{ORIGIN}/x/1"}}\')]',
            'filter=$[?(@.body==\'{"id":"1","href":"/x/1"}\')]',
        ),
    ],
)
def test_queries_may_name_either(asked: str, stored: str | None) -> None:
    """The URL finds what the path finds, of elements of arrays and by ranges too."""
    stored = stored or "filter=$.request[?(@.to<'/x' && @.n=='1')]"
    assert as_stored(parsed(asked), PATHS, ORIGIN) == parsed(stored)


@pytest.mark.parametrize(
    "query",
    [f"other={ORIGIN}/x", "source=http://elsewhere/x", f"source={ORIGIN}x", f"source={ORIGIN}"],
)
def test_other_queries_are_as_they_were(query: str) -> None:
    """Another attribute's, and URLs that are not on this server."""
    assert as_stored(parsed(query), PATHS, ORIGIN) == parsed(query)


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ("href=http://any/x/v4/thing/7", "id=7"),
        ("href=/thing/7,https://h/thing/8&name=a", "id=7,8&name=a"),
        ("href.ne=http://h/thing/7", "id.ne=7"),
        ("filter=$[?(!(@.href=='http://h/thing/7') || @.name=='a')]", None),
        ("id=7", "id=7"),
        ("request.href=http://h/thing/7", "request.href=http://h/thing/7"),
    ],
)
def test_hrefs_are_ids(asked: str, same: str | None) -> None:
    """By whatever name the server was called; deeper in a body an href is data."""
    same = same or "filter=$[?(!(@.id=='7') || @.name=='a')]"
    assert by_id(parsed(asked), "thing") == parsed(same)


@pytest.mark.parametrize(
    ("asked", "all_"),
    [
        ("href=http://h/other/7", False),
        ("href=7", False),
        ("href.ne=http://h/other/7", True),
        ("filter=$[?(@.href)]", True),
    ],
)
def test_hrefs_of_others(asked: str, *, all_: bool) -> None:
    """No resource has them, and each has one."""
    assert by_id(parsed(asked), "thing") == (EVERYTHING if all_ else Or(()))
