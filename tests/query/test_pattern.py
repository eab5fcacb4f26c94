"""The dialect of regular expressions."""

import contextlib
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import BadRequest
from api.query.pattern import check_pattern, compiled, portable
from tests.cpu import growth

NAMES = (
    *("alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph"),
    *("lower", "print", "punct", "space", "upper", "word", "xdigit"),
)
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
    "[-\\d][\\d-][\\w.-][+--][a-b-c]",
    "[\\p{Lu}\\pL]",
    "\\p{^Lu}",
    "\\p{Any}\\PL",
    "^(\\d{1,3}\\.){3}\\d{1,3}$",
    "^([0-9A-F]{2}:){5}[0-9A-F]{2}$",
    "(ab|cd)+",
)
BAD = (
    "(",
    "[",
    "a**",
    "(a+)+",
    "(a|ab)*",
    "((a)|a)+x",
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
    "(a{1,2}){3}",
    "[a[b]",
    "a|^*",
    "\\b+",
    "[\\d-z]",
    "[[:alpha:]-z]",
    "[\\pL-z]",
    "\\p{Greek}",
    "(?i)\\p{Lu}",
    "(?s)(?i)[\\PL]",
    "[\\P{Greek}]",
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


@pytest.mark.parametrize(
    "pattern",
    [
        *(f"^[[:{name}:]]$" for name in NAMES),
        *(f"^[^x[:{name}:]_]$" for name in NAMES),
        "^\\w$",
        "^\\W$",
        "^[\\w.]$",
        "^\\d$",
        "^[^\\d]$",
        "^\\D$",
        "^\\x{e9}$",
        "^[\\x{61}-\\x{7a}]$",
        "^\\x{2E}$",
    ],
)
def test_named_sets_are_written_out(pattern: str) -> None:
    """They mean ASCII; an engine that reads more in them, or knows no names, finds the same."""
    written, mine = re.compile(portable(pattern)), compiled(pattern)
    for text in (*map(chr, range(256)), "\u0661", "\u017f", "\u20ac"):
        assert bool(mine.search(text)) is bool(written.search(text)), text


@given(st.text("ab|()*+?{}[]^\\.,1pxL:-é", max_size=20))
def test_any_text_is_a_pattern_or_refused(pattern: str) -> None:
    """The number of states is reckoned before it is known whether it is a pattern at all."""
    with contextlib.suppress(BadRequest):
        check_pattern(pattern)


@pytest.mark.parametrize("text", ["\n", "\v", "\f", " ", "a", "\x85"])
@pytest.mark.parametrize(
    "pattern",
    ["\\v", "[\\v]", "[^\\v]", "\\s", "\\S", "[\\sa]", "[^\\s]", "[\\S]", "[^\\S]", "[\\v-\\r]"],
)
def test_what_engines_call_space(pattern: str, text: str) -> None:
    """U+000B is a space to PCRE and none to RE2, whose v is that alone, and PCRE's all its kind."""
    written = portable(pattern)
    assert "\\v" not in written
    assert "\\s" not in written
    assert bool(compiled(pattern).search(text)) is bool(re.search(written, text, re.ASCII))


@given(st.text("ab|()*+?{}12,[]^$\\.dsv-", max_size=12), st.text("ab1\n\v-", max_size=6))
def test_a_pattern_means_the_same_to_a_backtracking_engine(pattern: str, text: str) -> None:
    """Whatever the dialect takes, both engines find in the same texts."""
    try:
        check_pattern(pattern)
    except BadRequest:
        return
    assert bool(compiled(pattern).search(text)) is bool(re.search(portable(pattern), text))


@pytest.mark.parametrize(
    "pattern",
    [
        "a.{10}b",
        "a.{900}b",
        "[ab]*a[ab]{900}c",
        "[ab]*a" + "[ab]" * 40,
        "a" + "." * 150 + "b",
        "a(?:.b){20}",
        "a?" * 6 + "[ab]{20}",
        "a[^c]{12}[^d]{12}",
        "\\p{L}{30}",
        "\\p{L}" * 12,
        "a{1000}",
        "(?i)[a-z]{500}[a-z]{400}1",
        "a\\x{62}*[ab]{20}",
        "[a-z]([ab]{12}a){9,11}c",
        "\\xe9.{20}b",
        "é.{20}",
        "(?i)Ä.*[äö]{20}",
        "[à-ü]*ä[ß-ÿ]{20}",
    ],
)
def test_a_pattern_that_could_be_in_many_places_is_refused(pattern: str) -> None:
    """Its automaton would have too many states: each character of a text would cost all of them."""
    with pytest.raises(BadRequest, match=r"states|repetitions"):
        check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i)^line .*(failed|down)$",
        "上海市浦东新区世纪大道一百号",
        "(?i)Königsstraße, Überlingen am schönen Bodensee",
        "é.*ü.*x",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}",
        "[\\w.-]+@[\\w.-]+",
        "\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}",
        "^.{0,255}$",
        "\\p{L}+ \\p{L}+",
        ".*(gold|silver|bronze).*(plus|pro)?.*",
        "\\x{41}[A-C]{3}",
        "|".join(["alpha", "beta", "gamma"] * 10),
        "x" * 200,
    ],
)
def test_usual_patterns_are_taken(pattern: str) -> None:
    """Ids, dates, addresses and words, however long."""
    check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["[ab]{6}a[ab]{5}c", "[ab]{20}a[ab]*c", "[ab]+a{1,30}", "(?i)(ab){4}.*(c|d)"]
)
def test_the_largest_cost_little_more_than_the_plainest(pattern: str) -> None:
    """What is just within the limit is still read in one pass, with a match or without."""
    check_pattern(pattern)
    chance = random.Random(1)
    text = "".join(chance.choice("ab") for _ in range(200_000))
    assert (
        growth(lambda: compiled("[ab]+c").search(text), lambda: compiled(pattern).search(text)) < 20
    )
