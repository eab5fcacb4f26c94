"""What no body may hold, whatever its schema says: the limits of both stores and of JSON itself.

Pure. Refused with 400: nesting over 64 levels, numbers beyond signed 64 bit, NUL characters,
attribute names that a document store cannot hold (beginning with ``$``, or with a dot or NUL in
them). NaN, infinities and lone surrogates are no JSON and never get this far.
"""

import re

import orjson

from api.errors import BadRequest, TooLarge
from api.jsontypes import JsonObject, JsonValue

__all__ = [
    "LARGEST_NUMBER",
    "MAX_DEPTH",
    "MAX_SIZE",
    "MAX_VALUES",
    "check_names",
    "check_number_of_values",
    "check_patched",
    "check_values",
]

MAX_DEPTH = 64
"""Levels of arrays and objects in a body."""

MAX_SIZE = 1_000_000
"""Bytes of JSON to which patches may let a resource grow."""

MAX_VALUES = 50_000
"""Values in a body, arrays and objects among them: what a megabyte of sensible JSON has."""

LARGEST_NUMBER = 2**63 - 1
"""The largest number in a body; the smallest is one less than its negative."""

_MAYBE_BAD = re.compile(r"(?:^|\n)\$|[.\x00]")


_DIGITS = bytes(
    ord("0") if 48 <= code <= 57 else ord("e") if code in b"eE" else ord(" ")  # noqa: PLR2004
    for code in range(256)
)
_SURELY_SMALL = 18
_EXPONENT = re.compile(rb"[:\[,\s]-?\d[\d.]*[eE]")


def check_number_of_values(raw: bytes) -> None:
    """Raises BadRequest where a body, not parsed yet, has more values than it should."""
    if len(raw) <= MAX_VALUES or _values(raw) <= MAX_VALUES:
        return
    # what is not inside of a string: every other part between quotes, those in strings taken out
    parts = raw.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')[::2]
    if _values(b"".join(parts)) > MAX_VALUES:
        raise BadRequest(f"the body has more than {MAX_VALUES} values", "Send less in one request.")


def _values(raw: bytes) -> int:
    """At most so many values: each but the first of all is behind one of these."""
    return raw.count(b",") + raw.count(b"[") + raw.count(b"{")


def check_values(root: JsonValue, raw: bytes) -> None:
    """Raises BadRequest where a parsed body breaks a limit. ``raw`` is its text."""
    if not _surely_clean(raw):
        _walk(root, raw)


def check_patched(body: JsonObject, before: bytes) -> None:
    """Raises BadRequest where a patch leaves what no body may hold; TooLarge where it leaves more.

    Operations can nest, name and add what stands in no patch as a whole. ``before`` is the
    resource as it was: one that is too large already may stay so.
    """
    try:
        raw = orjson.dumps(body)
    except TypeError:
        raise _too_deep() from None
    check_values(body, raw)
    if len(raw) > max(MAX_SIZE, len(before)):
        raise TooLarge(
            f"the patch leaves a resource of more than {MAX_SIZE} bytes", "Keep less in it."
        )


def _too_deep() -> BadRequest:
    return BadRequest(
        f"the body is nested over {MAX_DEPTH} levels", f"Nest at most {MAX_DEPTH} levels."
    )


def _surely_clean(raw: bytes) -> bool:
    """Whether a look at the text alone shows that no limit is broken, as for most bodies.

    Ten times as fast as the walk: no Python code runs per value. True only where it is certain.
    """
    if b"\\" in raw or raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:
        return False
    digits = raw.translate(_DIGITS)
    if b"0" * (_SURELY_SMALL + 1) in digits:
        return False
    if b"0e" in digits and _EXPONENT.search(raw):
        return False
    return not (_in_a_name(b".", raw) or _in_a_name(b"$", raw))


def _in_a_name(character: bytes, raw: bytes) -> bool:
    """Whether the character may stand in an attribute name: the next quote is before a colon."""
    at = raw.find(character)
    while at >= 0:
        quote = raw.find(b'"', at)
        if quote < 0:
            return False
        if raw[quote + 1 : quote + 9].lstrip()[:1] in (b":", b""):
            return True
        # not from `at` on: up to that quote the answer is the same, and a text may be all dots
        at = raw.find(character, quote + 1)
    return False


def _walk(root: JsonValue, raw: bytes) -> None:
    level: list[JsonValue] = [root]
    names: list[str] = []
    depth = 0
    while level:
        below: list[JsonValue] = []
        nested = False
        for value in level:
            kind = type(value)
            if kind is dict:
                nested = True
                names.extend(value)
                below.extend(value.values())
            elif kind is list:
                nested = True
                below.extend(value)
            elif (kind is int and not -LARGEST_NUMBER - 1 <= value <= LARGEST_NUMBER) or (
                # the parser makes floats of longer integers: the edge itself may be such a one
                kind is float and not -LARGEST_NUMBER - 1 < value < LARGEST_NUMBER
            ):
                raise BadRequest(
                    "a number is beyond 64 bits", "Send it as a string, or a smaller one."
                )
        depth += nested
        if depth > MAX_DEPTH:
            raise _too_deep()
        level = below
    check_names(names)
    # the escape is the only way a NUL gets through the parser: look closer only where it stands
    if b"\\u0000" in raw and _holds_nul(root):
        raise BadRequest("a string holds the character NUL", "Remove U+0000 from all strings.")


def check_names(names: list[str]) -> None:
    """Raises BadRequest where an attribute name cannot be stored."""
    # one search over all names at once; they are looked at one by one only where it finds something
    if not _MAYBE_BAD.search("\n".join(names)):
        return
    for name in names:
        if name.startswith("$") or "." in name or "\x00" in name:
            raise BadRequest(
                f"the attribute name {name[:60]!r} is not allowed",
                "Names must not begin with $ and must not hold a dot or NUL.",
            )


def _holds_nul(value: JsonValue) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any("\x00" in name or _holds_nul(part) for name, part in value.items())
    return isinstance(value, list) and any(_holds_nul(part) for part in value)
