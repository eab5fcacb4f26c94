"""The dialect of regular expressions."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import BadRequest
from api.query.pattern import check_pattern, compiled, portable

GOOD = (
    "",
    "a",
    "^a.*b$",
    "(?i)(?s)a",
    "(ab)+c?",
    "[^]a-z\\]]{2,5}",
    "[[:alpha:]]x",
    "a|b$",
    "\\.\\$",
    "\\p{Lu}",
    "(a|b)?c",
    "{",
    "a{x}",
    "\\bx\\b",
)
BAD = (
    "(",
    "[",
    "a**",
    "(a+)+",
    "(a|b)*",
    "((a)|b)+x",
    "(?=a)",
    "(a)\\1",
    "(?m)a",
    "a(?i)b",
    "(?P<n>a)",
    "\\Qa\\E",
    "x" * 201,
    "a*b*c*d*e*f*g*",
    "a{1001}",
    "(" * 25 + ")" * 25,
    "(a{2}){3}",
    "[a[b]",
    "a|^*",
    "\\b+",
)


@pytest.mark.parametrize("pattern", GOOD)
def test_a_safe_pattern_is_taken(pattern: str) -> None:
    """What RE2 takes, and cannot explode elsewhere."""
    check_pattern(pattern)


@pytest.mark.parametrize("pattern", BAD)
def test_an_unsafe_pattern_is_refused(pattern: str) -> None:
    """What RE2 refuses, and what would make a backtracking engine slow, is a 400."""
    with pytest.raises(BadRequest):
        check_pattern(pattern)


def test_the_end_is_the_very_end() -> None:
    """``$`` does not match before a last newline, in either engine."""
    for text, found in (("a", True), ("a\n", False)):
        assert bool(compiled("a$").search(text)) is found
        assert bool(re.search(portable("a$"), text)) is found


@given(st.text("ab|()*+?{}12,[]^$\\.d-", max_size=12), st.text("ab1\n", max_size=6))
def test_a_pattern_means_the_same_to_a_backtracking_engine(pattern: str, text: str) -> None:
    """Whatever the dialect takes, both engines find in the same texts."""
    try:
        check_pattern(pattern)
    except BadRequest:
        return
    assert bool(compiled(pattern).search(text)) is bool(re.search(portable(pattern), text))
