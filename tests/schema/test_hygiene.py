"""What no body may hold."""

import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import BadRequest
from api.schema.hygiene import MAX_DEPTH, _walk, check_names, check_values


def check(value: Any) -> None:
    check_values(value, orjson.dumps(value))


def arrays(depth: int, inside: Any) -> Any:
    for _ in range(depth):
        inside = [inside]
    return inside


def objects(depth: int, inside: Any) -> Any:
    for _ in range(depth):
        inside = {"a": inside}
    return inside


@pytest.mark.parametrize("nest", [arrays, objects])
@pytest.mark.parametrize("inside", [[], {}, [1], {"a": 1}])
def test_64_levels_are_fine_65_are_not(nest: Any, inside: Any) -> None:
    """The limit is exact, empty or not at the bottom (which is a level itself)."""
    check(nest(MAX_DEPTH - 1, inside))
    with pytest.raises(BadRequest, match="64 levels"):
        check(nest(MAX_DEPTH, inside))


@pytest.mark.parametrize("value", [None, True, 1, "x", [], {}, [None], {"": None}])
def test_small_values_pass(value: Any) -> None:
    """Whether a body must be an object is not asked here."""
    check(value)


@pytest.mark.parametrize(
    "number", [2**63 - 1, -(2**63), 0, 9223372036854774784.0, -9223372036854774784.0, 1e-300, 0.1]
)
def test_numbers_within_64_bits(number: float) -> None:
    """The edges of signed 64 bit are inside."""
    check({"n": [number]})


@pytest.mark.parametrize(
    "number",
    [
        "9223372036854775808",
        "18446744073709551615",
        "-9223372036854775809",
        "9223372036854775808.0",
        "-1e19",
        "1E300",
        "1.5e+300",
        "100000000000000000000000000000000000000000000000000000000000000000",
    ],
)
@pytest.mark.parametrize("frame", ['{"n":[%s]}', '{"n": %s}', "[1,\n%s]", '{"a":{"b":%s }}'])
def test_numbers_beyond_64_bits(number: str, frame: str) -> None:
    """No store could hold them exactly: 400, not a rounded number."""
    raw = (frame % number).encode()
    with pytest.raises(BadRequest, match="64 bits"):
        check_values(orjson.loads(raw), raw)


texts = st.text('a$."\\\x00\n:{[ 1e', max_size=4)
bodies = st.recursive(
    texts | st.integers(-(2**64) + 1, 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
)


@given(st.dictionaries(texts, bodies, max_size=4), st.sampled_from([None, 1, 10]))
def test_the_quick_look_never_passes_what_the_walk_refuses(body: Any, indent: int | None) -> None:
    """Looking at the text first is only a shortcut: the answer is that of the full walk."""
    raw = json.dumps(body, indent=indent, ensure_ascii=False).encode()
    if _refused(_walk, body, raw):
        assert _refused(check_values, body, raw)


def _refused(check: Callable[[Any, bytes], None], body: Any, raw: bytes) -> bool:
    try:
        check(body, raw)
    except BadRequest:
        return True
    return False


@pytest.mark.parametrize("value", ["\x00", "a\x00b", ["\x00"], {"a": {"b": ["x", "\x00"]}}])
def test_nul_in_strings(value: Any) -> None:
    """However deep it is, it is found through its escape."""
    with pytest.raises(BadRequest, match="NUL"):
        check(value)


def test_the_text_of_the_escape_is_no_nul() -> None:
    """A backslash followed by u0000 is six harmless characters."""
    check({"a": "\\u0000"})


@pytest.mark.parametrize("name", ["$", "$where", "a.b", ".", "a.", "a\x00", "\x00"])
@pytest.mark.parametrize("depth", [0, 3])
def test_bad_names(name: str, depth: int) -> None:
    """What a document store cannot hold is refused and named."""
    with pytest.raises(BadRequest) as caught:
        check(objects(depth, {"good": 1, name: 1}))
    assert repr(name) in caught.value.reason


@pytest.mark.parametrize("name", ["", "a$", "a$b", "@type", " $", "a\n$b", "é", "😀", "\\"])
def test_good_names(name: str) -> None:
    """A dollar sign inside is fine, whatever stands before it."""
    check({name: 1, "other": 2})


@given(st.lists(st.text("a$.\x00\n", max_size=4), max_size=5))
def test_the_one_search_finds_what_a_loop_would(names: list[str]) -> None:
    """Joining the names for speed changes no answer."""
    bad = [name for name in names if name.startswith("$") or "." in name or "\x00" in name]
    try:
        check_names(names)
    except BadRequest:
        assert bad
    else:
        assert not bad
