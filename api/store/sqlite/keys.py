"""The values of declared attributes, as the key tables hold them. Pure.

SQLite orders numbers before text before blobs, so a boolean is kept as a blob: it is then neither
equal to a number nor between two of them.
"""

from collections.abc import Iterable
from typing import TypeAlias

import orjson

from api.jsontypes import JsonObject, JsonValue
from api.query.leaves import leaves

__all__ = ["FALSE", "TRUE", "Key", "Keys", "key_value", "keys_of", "keys_rows", "keys_text"]

Key: TypeAlias = str | int | float | bytes
Keys: TypeAlias = list[list[JsonValue]]

FALSE = b"\x00"
TRUE = b"\x01"

_SCALARS = frozenset({str, int, float, bool})


def key_value(value: str | float | bool) -> Key:
    """The value as a key table holds it."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return value


def keys_of(body: JsonObject, paths: Iterable[tuple[str, ...]]) -> Keys:
    """The values at each path, without repetition and in order.

    Numbers come before strings before booleans: the first is what an ascending list sorts by, the
    last what a descending one does.
    """
    return [_ordered(leaves(body, path)) for path in paths]


def keys_text(keys: Keys) -> str:
    """The keys as the envelope holds them."""
    return orjson.dumps(keys).decode()


def keys_rows(keys: Keys) -> list[tuple[int, Key]]:
    """The keys as rows of the key table: number of the path, value."""
    return [(number, key_value(value)) for number, values in enumerate(keys) for value in values]


def _ordered(values: list[JsonValue]) -> list[JsonValue]:
    if len(values) == 1 and type(values[0]) in _SCALARS:  # as most are
        return values
    ranked = {(_rank(value), value) for value in values if type(value) in _SCALARS}
    return [value for _, value in sorted(ranked)] if ranked else []


def _rank(value: str | float | bool) -> int:
    if isinstance(value, bool):
        return 2
    return 1 if isinstance(value, str) else 0
