"""The query parameters that are not filters: paging and attribute selection (TMF630 part 1)."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from api.errors import BadRequest

__all__ = ["DEFAULT_LIMIT", "MAX_LIMIT", "Paging", "parse_paging"]

DEFAULT_LIMIT = 100
"""How many a list gives when the client does not say."""

MAX_LIMIT = 1000
"""How many a list gives at most: a larger limit is cut, and the headers say so."""

_MAX_OFFSET = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list is wanted."""

    offset: int = 0
    limit: int = DEFAULT_LIMIT


def parse_paging(query: str) -> Paging:
    """Reads ``offset`` and ``limit``. Raises BadRequest where one is no number from 0 up."""
    if "offset" not in query and "limit" not in query:
        return Paging()
    given = dict(parse_qsl(query, keep_blank_values=True))
    return Paging(
        offset=min(_number("offset", given.get("offset"), 0), _MAX_OFFSET),
        limit=min(_number("limit", given.get("limit"), DEFAULT_LIMIT), MAX_LIMIT),
    )


def _number(name: str, text: str | None, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal()):
        raise BadRequest(f"{name}: {text[:40]!r} is not a number from 0 up")
    return int(text[:20])
