"""The ``Link`` header of a list (RFC 8288): where its other pages are. Pure."""

import re
from functools import lru_cache
from urllib.parse import quote, unquote_plus

from api.query.term import split_query

__all__ = ["cursor_link", "link_header"]

_URI_QUERY = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*")
_SAFE = "!$&'()*+,;=:@/?%"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PAGING = ("offset", "limit")
_CURSOR = (*_PAGING, "after")
_LONGEST = 8000

_KEPT = 128
"""Queries of which the parts that stay are kept: clients ask for the same lists again and again."""


def link_header(
    address: str, query: str, offset: int, limit: int, total: int, count: int | None = None
) -> str | None:
    """The relations self, first, prev, next and last of a page, each where there is such a page.

    Every parameter but ``offset`` and ``limit`` stays as it was sent; only what a URI cannot hold
    is encoded (a ``;`` is an OR and must not be). ``last`` is where following ``next`` ends.

    Args:
        address: of the list, absolute, without a query.
        query: the query string as it was sent.
        offset: as it was applied.
        limit: as it was applied.
        total: how many the whole list has.
        count: how many are on the page, where it ends before its limit.

    Returns:
        The header's value; None where it would be longer than clients and proxies take.
    """
    head = f"<{address}?{_others(query)}offset="
    tail = f'&limit={limit}>; rel="'
    step = count if count and offset + count < total else limit
    places = _places(offset, limit, total, step)
    if (len(head) + len(tail) + 30) * len(places) > _LONGEST:
        return None
    return ", ".join([f'{head}{start}{tail}{relation}"' for relation, start in places])


def cursor_link(address: str, query: str, after: int, offset: int, limit: int) -> str | None:
    """The relation next of a page of a log, which leads behind a position.

    Args:
        address: of the list, absolute, without a query.
        query: the query string as it was sent.
        after: the position up to which the log was looked at.
        offset: how many matches are still to be left out.
        limit: as it was applied.

    Returns:
        As `link_header`; None, too, with a limit of 0, as no such page leads any further.
    """
    if not limit:
        return None
    skip = f"&offset={offset}" if offset else ""
    others = _others(query, _CURSOR)
    link = f'<{address}?{others}after={after}{skip}&limit={limit}>; rel="next"'
    return link if len(link) <= _LONGEST else None


def _places(offset: int, limit: int, total: int, step: int) -> list[tuple[str, int]]:
    """The relations and the offsets they lead to."""
    places = [("self", offset), ("first", 0)]
    if not limit:
        return places
    start = (offset + step) % limit
    last = start + (total - 1 - start) // limit * limit if total > start else 0
    if offset:
        places.append(("prev", min(max(offset - limit, 0), last)))
    if offset + step < total:
        places.append(("next", offset + step))
    places.append(("last", last))
    return places


@lru_cache(maxsize=_KEPT)
def _others(query: str, dropped: tuple[str, ...] = _PAGING) -> str:
    """All parameters but those of the page, as a URI can hold them, with a ``&`` at the end."""
    if not query:
        return ""
    groups = [
        [term for term in terms if unquote_plus(term.partition("=")[0]) not in dropped]
        for terms in split_query(query)
    ]
    kept = ";".join("&".join(terms) for terms in groups if terms)
    if not kept:
        return ""
    if not _URI_QUERY.fullmatch(kept):
        kept = quote(_LONE_PERCENT.sub("%25", kept), safe=_SAFE, encoding="latin-1")
    return f"{kept}&"
