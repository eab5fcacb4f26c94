"""Dotted attribute paths as clients write them. Pure."""

import re

from api.errors import BadRequest
from api.query.limits import DEPTH, NAME, Limit

__all__ = ["parse_path"]

_DIGITS = re.compile("[0-9]+")
_SPACE = " "
_QUOTES = frozenset("\"'\\")


def parse_path(text: str, longest: Limit = NAME) -> tuple[str, ...]:
    """The names of a path. Raises BadRequest where one of them cannot be an attribute's.

    A name of digits only is refused: to MongoDB it would mean a place in an array.
    """
    names = tuple(text.split("."))
    DEPTH.check(len(names))
    for name in names:
        longest.check(len(name))
        if not name or _DIGITS.fullmatch(name) or name.startswith("$") or _strange(name):
            raise BadRequest(
                f"{text[:80]!r} is not an attribute",
                "Write names joined by dots, for example relatedParty.id.",
            )
    return names


def _strange(name: str) -> bool:
    return any(char < _SPACE or char in _QUOTES for char in name)
