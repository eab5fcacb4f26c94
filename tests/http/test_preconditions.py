"""`If-Match` and `If-None-Match`: which tags they name, and what is done at them."""

import pytest

from api.http.preconditions import Preconditions, etag
from api.store.document import Body, Document
from tests.http.asgi import request


def of(**headers: str) -> Preconditions:
    return Preconditions.of(
        request(headers={name.replace("_", "-"): value for name, value in headers.items()})
    )


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ("a", True),
        ('"b", "a"', True),
        ('"b","a"', True),
        ("*", True),
        ('"b"', False),
        ('"a,b"', False),
        ('"b, a"', False),
        ('"A"', False),
        ('""', False),
        ("", False),
        ('"b", *', False),
        ('"a', True),  # a client's slip, but nothing else can be meant
    ],
)
def test_the_tags_of_a_header(header: str, *, named: bool) -> None:
    """As RFC 9110 has them; weak ones and bare ones count, a comma in quotes parts nothing."""
    assert ("a" in of(if_match=header)) is named
    assert ("a" not in of(if_none_match=header)) is named


def test_where_a_change_is_done() -> None:
    """At every tag where none is named; else where both headers allow it."""
    assert of().any_of is None
    assert of(if_match="*").any_of is None
    both = of(if_match='"a", "b"', if_none_match='"b"').any_of
    assert both is not None
    assert [tag in both for tag in "abc"] == [True, False, False]
    never = of(if_none_match="*").any_of
    assert never is not None
    assert "a" not in never


def test_a_tag_is_that_of_the_body() -> None:
    """What is written beside the body leaves it, however the body is kept; a change does not."""
    data = {"id": "1", "n": 1.0, "text": "\u00fc"}
    document = Document("1", Body(data=data), created=0)
    read = Document("1", Body(raw=document.body.raw), created=0, rev=7, process={"look": 1}, due=1)
    assert etag(document) == etag(read)
    others = ({**data, "n": 2.0}, {**data, "more": []}, {"id": "1", "n": 1.0})
    assert etag(document) not in {etag(Document("1", Body(data=each), 0)) for each in others}
