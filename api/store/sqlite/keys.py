"""The values of declared attributes, as the key tables hold them. Pure.

SQLite orders numbers before text before blobs, so a boolean is kept as a blob: it is then neither
equal to a number nor between two of them.
"""

from collections.abc import Iterable
from typing import TypeAlias

import orjson

from api.jsontypes import JsonObject
from api.query.leaves import leaves

__all__ = ["FALSE", "TRUE", "Key", "key_rows", "key_value", "keys_text"]

Key: TypeAlias = str | int | float | bytes

FALSE = b"\x00"
TRUE = b"\x01"


def key_value(value: str | float | bool) -> Key:
    """The value as a key table holds it."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return value


def keys_text(body: JsonObject, paths: Iterable[tuple[str, ...]]) -> str:
    """The values at each path, without repetition and in order, as a JSON list of lists.

    Numbers come before strings before booleans: the first is what an ascending list sorts by, the
    last what a descending one does.
    """
    found = []
    for path in paths:
        values = {
            (_rank(value), value)
            for value in leaves(body, path)
            if isinstance(value, str | int | float)
        }
        found.append([value for _, value in sorted(values)] if values else [])
    return orjson.dumps(found).decode()


def key_rows(text: str) -> set[tuple[int, Key]]:
    """The rows (number of the path, value) of a `keys_text`."""
    return {
        (number, key_value(value))
        for number, values in enumerate(orjson.loads(text))
        for value in values
    }


def _rank(value: str | float | bool) -> int:
    if isinstance(value, bool):
        return 2
    return 1 if isinstance(value, str) else 0
