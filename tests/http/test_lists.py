"""What the documents declare of a list's query is what the parser takes."""

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from api.errors import ApiError
from api.http.lists import _FILTER, _SORT
from api.query.jsonpath import parse_jsonpath
from api.query.sort import parse_sort
from api.query.tree import Kind

SORT = _SORT["schema"]["pattern"]
FILTER = _FILTER["schema"]["pattern"]
NEAR = st.text(st.sampled_from("ab0$.,+-'\"\\²ä \t\x1e\x85\u2003"), max_size=8)
PATIENT = settings(max_examples=30)


def sorts(text: str) -> bool:
    try:
        parse_sort(text)
    except ApiError:
        return False
    return True


@given(st.from_regex(SORT, fullmatch=True))
@PATIENT
def test_a_declared_sort_is_taken(text: str) -> None:
    """Everything that the pattern allows, the parser takes."""
    assume(len(text) <= _SORT["schema"]["maxLength"])
    assert sorts(text)


def test_the_length_of_a_sort_is_declared() -> None:
    """A name may be as long as the whole; what is longer than declared is refused."""
    longest = _SORT["schema"]["maxLength"]
    assert sorts("a" * longest)
    assert not sorts("a" * (longest + 1))


@given(NEAR | st.text(max_size=6))
@settings(max_examples=300)
@example("\x1e\u00be")  # a blank to Python, in patterns too, and not to other engines
@example("a b, c .d")
def test_an_undeclared_sort_is_refused(text: str) -> None:
    """And nothing else: the pattern is the parser's own set."""
    assert sorts(text) == (re.fullmatch(SORT, text) is not None)


@given(st.from_regex(FILTER, fullmatch=True))
@PATIENT
def test_a_declared_filter_is_taken(text: str) -> None:
    """The plain forms of JSONPath, which generated clients check for, are all taken."""
    parse_jsonpath(text, lambda _: Kind.ANY)


@pytest.mark.parametrize(
    "text",
    [
        "$[?(@.state=='held')]",
        "[?(@.a.b != 'x' && @.n >= 3 || !@.c)]",
        "$.note[?(@.author=='a' && @.text=='b')]",
        "$[?(@.item[?(@.state=='held' && @.action=='add')])]",
        "$[?(@.a==null)]",
    ],
)
def test_usual_filters_are_declared(text: str) -> None:
    """What the documentation shows is among the declared."""
    assert re.search(FILTER, text)
    parse_jsonpath(text, lambda _: Kind.ANY)
