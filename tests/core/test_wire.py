"""Bodies on the wire: the spliced href, and attribute selection."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.store.document import Body, Document
from api.wire import render, render_array, select

PREFIX = b"http://h/x/"
HREF = "http://h/x/1"


def test_href_comes_behind_id() -> None:
    """A stored body goes out as it is, with the href spliced in."""
    body = Body(raw=b'{"id":"1","state":"held"}')
    assert render(body, "1", PREFIX) == b'{"id":"1","href":"http://h/x/1","state":"held"}'


@given(st.text(max_size=8), st.dictionaries(st.text(max_size=3), st.text()))
def test_rendering_is_valid_json_whatever_the_id(id_: str, rest: dict[str, str]) -> None:
    """Quotes, backslashes and control characters in ids are escaped."""
    rest.pop("id", None)
    rest.pop("href", None)
    body = Body(data={"id": id_, **rest})
    expected = {"id": id_, "href": PREFIX.decode() + id_, **rest}
    assert orjson.loads(render(body, id_, PREFIX)) == expected
    assert list(orjson.loads(render(body, id_, PREFIX)))[:2] == ["id", "href"]


def test_a_body_whose_id_is_not_first_is_rendered_too() -> None:
    """A body from another writer may be ordered otherwise: it is no broken JSON then."""
    body = Body(raw=b'{"state":"held","id":"1"}')
    assert orjson.loads(render(body, "1", PREFIX)) == {"id": "1", "href": HREF, "state": "held"}


@given(st.lists(st.tuples(st.text(max_size=8), st.booleans()), max_size=4))
def test_an_array_is_that_of_the_rendered(given_ids: list[tuple[str, bool]]) -> None:
    """None, one or more, whatever their ids are and wherever they stand."""
    documents = [
        Document(id_, Body(data={"id": id_, "n": 1} if first else {"n": 1, "id": id_}), 1)
        for id_, first in given_ids
    ]
    rendered = [render(each.body, each.id, PREFIX) for each in documents]
    assert render_array(documents, PREFIX) == b"[%b]" % b",".join(rendered)


BODY = {
    "id": "1",
    "href": HREF,
    "@type": "T",
    "state": "held",
    "place": {"id": "p", "name": "n", "role": "r"},
    "party": [{"id": "a", "name": "b"}, {"id": "c"}, "odd"],
}
ALWAYS = {"id": "1", "href": HREF, "@type": "T"}


@pytest.mark.parametrize(
    ("fields", "chosen"),
    [
        ([], {}),
        (["state"], {"state": "held"}),
        (["state", "unknown", "state.inside"], {"state": "held"}),
        (["id", "@type"], {}),
        (["place"], {"place": BODY["place"]}),
        (["place.name"], {"place": {"name": "n"}}),
        (["place.name", "place.role"], {"place": {"name": "n", "role": "r"}}),
        (["place", "place.name"], {"place": BODY["place"]}),
        (["party.id"], {"party": [{"id": "a"}, {"id": "c"}]}),
        (["place.unknown"], {"place": {}}),
    ],
)
def test_selection(fields: list[str], chosen: dict[str, object]) -> None:
    """The chosen paths and what is always there; unknown ones are skipped."""
    paths = frozenset(tuple(each.split(".")) for each in fields)
    assert select(BODY, paths) == {**ALWAYS, **chosen}


def test_selection_keeps_what_tells_the_type() -> None:
    """All attributes with an @ stay, whatever is chosen."""
    told = {f"@{name}": name for name in ("type", "baseType", "schemaLocation", "referredType")}
    assert select({**BODY, **told}, frozenset()) == {**ALWAYS, **told}


def test_selection_goes_through_a_plain_value_to_nothing() -> None:
    """A path into something that is no object selects nothing, not the object around."""
    assert select(BODY, frozenset({("state", "x")})) == ALWAYS
