"""Repeated groups: how many ways there are to take a text in their rounds."""

import re
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.query.ambiguity import unambiguous


@pytest.mark.parametrize(
    "group",
    [
        "(ab|cd)",
        "(\\d{1,3}\\.)",
        "([0-9A-F]{2}:)",
        "(?:\\w+\\s)",
        "((a|b)c)",
        "((a+b)+c)",
        "(a{2})",
        "(\\d{4}-?)",
        "([^,]+,)",
        "(x[0-9]*)",
        "(\\.|-)",
        "(é|à)",
        "(a{0}b)",
        "(\\pL\\d)",
    ],
)
def test_one_way(group: str) -> None:
    """Each character tells which place of the group takes it."""
    assert unambiguous(group, fold=False)


@pytest.mark.parametrize(
    "group",
    [
        "(a+)",
        "(a*)",
        "(a?)",
        "(a|a)",
        "(a|ab)",
        "((a|b)|b)",
        "(a{1,2})",
        "(\\w+\\s?)",
        "(.*,)",
        "([a-c]|[b-d])",
        "(\\pL|[A-Z])",
        "(^a|b)",
        "()",
        "(|a)",
        "(" + "a" * 65 + ")",
        "(a{65})",
        "(a{1000})",
    ],
)
def test_several_ways_or_too_large(group: str) -> None:
    """Some text can be parted among the rounds in two ways, or it would take long to find out."""
    assert not unambiguous(group, fold=False)


def test_both_cases() -> None:
    """Where letters stand for both cases, they are the same place's."""
    assert unambiguous("(a|A)", fold=False)
    assert not unambiguous("(a|A)", fold=True)


class _Sort:
    """A part of a pattern, as text and as a count of the ways in which it takes a text."""

    def __init__(self, text: str, parts: "tuple[_Sort, ...]" = (), kind: str = "atom") -> None:
        self.text, self.parts, self.kind = text, parts, kind
        self.low, self.high = 1, 1

    def __repr__(self) -> str:
        return self.text

    def ends(self, text: str, start: int) -> Counter[int]:
        """Where it may end, and in how many ways; rounds that take nothing are left out."""
        if self.kind == "atom":
            found = start < len(text) and re.fullmatch(self.text, text[start])
            return Counter({start + 1: 1} if found else {})
        if self.kind == "either":
            return sum((part.ends(text, start) for part in self.parts), Counter[int]())
        if self.kind == "row":
            ways = Counter({start: 1})
            for part in self.parts:
                ways = _on(ways, part, text)
            return ways
        return self._rounds(text, start)

    def _rounds(self, text: str, start: int) -> Counter[int]:
        ways, found = Counter({start: 1}), Counter[int]()
        for number in range(len(text) + 2 if self.high < 0 else self.high + 1):
            if number >= self.low:
                found += ways
            ways = _on(ways, self.parts[0], text)
        return found


def _on(ways: Counter[int], part: _Sort, text: str) -> Counter[int]:
    found = Counter[int]()
    for place, many in ways.items():
        for end, more in part.ends(text, place).items():
            found[end] += many * more
    return found


def _repeated(part: _Sort, count: tuple[str, int, int]) -> _Sort:
    made = _Sort(f"(?:{part.text}){count[0]}", (part,), "rounds")
    made.low, made.high = count[1:]
    return made


def _many(parts: list[_Sort], kind: str) -> _Sort:
    text = ("|" if kind == "either" else "").join(part.text for part in parts)
    return _Sort(f"(?:{text})", tuple(parts), kind)


ATOMS = st.sampled_from(["a", "b", "c", "[ab]", "[^a]"]).map(_Sort)
COUNTS = st.sampled_from(
    [("*", 0, -1), ("+", 1, -1), ("?", 0, 1), ("{2}", 2, 2), ("{1,3}", 1, 3), ("{2,}", 2, -1)]
)
PARTS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(
            _many, st.lists(inner, min_size=2, max_size=3), st.sampled_from(["row", "either"])
        ),
        st.builds(_repeated, inner, COUNTS),
    ),
    max_leaves=5,
)


@given(PARTS, st.text("abc", max_size=6))
def test_what_is_unambiguous_has_one_way(part: _Sort, text: str) -> None:
    """Counted one by one: no text ends a round at one place in two ways."""
    assume(unambiguous(f"({part})", fold=False))
    ways = _repeated(part, ("*", 0, -1)).ends(text, 0)
    assert set(ways.values()) == {1}
