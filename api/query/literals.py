"""What a condition's literal may be equal to, typed. Pure.

Each leaf is compared only with a literal of its own JSON type: a string with strings (by code
point), a number with numbers, a boolean with booleans. A literal of `Kind.ANY` was written by
somebody whom no schema told the type, so it stands for a string and, where it reads as one, for a
number or boolean too.
"""

import re

from api.query.tree import Compare, Kind

__all__ = ["INT64", "Literal", "literals", "number"]

Literal = str | float | bool

INT64 = 2**63
"""Beyond it an integer is a float: neither store holds larger ones."""

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def number(text: str) -> int | float | None:
    """The number that this text is in JSON, None where it is none (or beyond a double)."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    if value in (float("inf"), float("-inf")):
        return None
    if text.lstrip("-").isdigit() and -INT64 <= (exact := int(text)) < INT64:
        return exact
    return value


def literals(compare: Compare) -> tuple[Literal, ...]:
    """The typed values with which a leaf of the same type is compared; any of them suffices."""
    value = compare.value
    if compare.kind is not Kind.ANY or not isinstance(value, str):
        return (value,)
    if value in _BOOLEANS:
        return (value, _BOOLEANS[value])
    exact = number(value)
    return (value,) if exact is None else (value, exact)
