"""The functions that SQL calls: what only a document's body can tell."""

import sqlite3
from collections.abc import Iterable
from typing import Any

import orjson

from api.jsontypes import JsonObject
from api.query.evaluate import Matcher, matcher
from api.query.order import extreme
from api.query.tree import Sort
from api.store.sqlite.keys import FALSE, TRUE, Key
from api.store.sqlite.query import Bound
from api.store.sqlite.rows import Parameter

__all__ = ["Functions"]

_BOOLEAN = 3  # the rank of booleans


class Functions:
    """``turnup_test`` and ``turnup_key`` on one connection.

    A condition or sort key is bound as the number under which it is known here, until the next
    statement is.

    Args:
        connection: used by one thread at a time.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._known: list[Any] = []
        self._raw = b""
        self._body: JsonObject = {}
        connection.create_function("turnup_test", 2, self._test)
        connection.create_function("turnup_key", 2, self._key)

    def parameters(self, bounds: Iterable[Bound]) -> list[Parameter]:
        """What is bound to the next statement."""
        self._known.clear()
        return [self._number(one) for one in bounds]

    def _number(self, bound: Bound) -> Parameter:
        if bound is None or isinstance(bound, str | int | float | bytes):
            return bound
        self._known.append(bound if isinstance(bound, Sort) else matcher(bound))
        return len(self._known) - 1

    def _test(self, number: int, raw: bytes) -> bool:
        matches: Matcher = self._known[number]
        return matches(self._parsed(raw))

    def _key(self, number: int, raw: bytes) -> Key | None:
        sort: Sort = self._known[number]
        rank, value = extreme(self._parsed(raw), sort)
        if rank == _BOOLEAN:
            return TRUE if value else FALSE
        return value if rank else None

    def _parsed(self, raw: bytes) -> JsonObject:
        if raw != self._raw:
            self._raw, self._body = raw, orjson.loads(raw)
        return self._body
