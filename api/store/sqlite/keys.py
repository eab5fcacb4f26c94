"""The values of declared attributes, as the key tables hold them. Pure.

SQLite orders numbers before text before blobs, so a boolean is kept as a blob: it is then neither
equal to a number nor between two of them. An element without a value beside others that have one is
kept as minus infinity, which no JSON number is.
"""

from collections.abc import Iterable
from typing import TypeAlias

import orjson

from api.jsontypes import JsonObject, JsonValue
from api.query.order import ranked

__all__ = [
    "FALSE",
    "GREATEST",
    "ID",
    "LEAST",
    "MOST_PATHS",
    "NOTHING",
    "SOLE",
    "TRUE",
    "WHOLE",
    "Key",
    "KeyPaths",
    "KeyRow",
    "Keys",
    "key_rank",
    "key_value",
    "keys_rows",
    "keys_text",
    "lacking",
]

Key: TypeAlias = str | int | float | bytes
Keys: TypeAlias = list[list[JsonValue]]
KeyRow: TypeAlias = tuple[int, Key, int]
"""Number of the path, value, and which end of the document's values it is."""

FALSE = b"\x00"
TRUE = b"\x01"
NOTHING = float("-inf")

WHOLE = -1
"""The number of a path that is nobody's: all documents stand under it, in the order of lists.

In the place of the ends, it says where a document stands before all values (`lacking`).
"""

ID = -2
"""The number of ``id``, of which the table of documents has an index anyway."""

MOST_PATHS = 31

LEAST, GREATEST = 1, 2
SOLE = LEAST | GREATEST
"""The ends of a document's values. An element without a value is no end: a list finds its document
among those that have none at all."""

_SCALARS = frozenset({str, int, float, bool})


def key_value(value: JsonValue) -> Key:
    """The value as a key table holds it."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return value if isinstance(value, str | int | float) else NOTHING


def key_rank(value: Key) -> int:
    """The place of a key's type in SQLite's order."""
    if isinstance(value, bytes):
        return 2
    return 1 if isinstance(value, str) else 0


class KeyPaths:
    """Finds the values at the declared paths.

    What it finds is what `api.query.order.sortable` finds, at half the cost.

    Args:
        paths: the declared paths; a path's number is its place among them.
    """

    __slots__ = ("_paths",)

    def __init__(self, paths: Iterable[tuple[str, ...]]) -> None:
        self._paths = [(path[0], path[1:]) for path in paths]

    def keys(self, body: JsonObject) -> Keys:
        """The values at each path, without repetition and in the order of `api.query.order`.

        The first is what an ascending list sorts by, the last what a descending one does. None
        among others stands for an element without a value.
        """
        found: Keys = []
        for name, rest in self._paths:
            if name not in body:
                found.append([])
                continue
            value = body[name]
            if type(value) is str and not rest:  # as most are
                found.append([value])
                continue
            nodes = value if type(value) is list else [value]
            for below in rest:
                nodes = _below(nodes, below)
            found.append(_ordered(nodes))
        return found


def _below(nodes: list[JsonValue], name: str) -> list[JsonValue]:
    """What objects have under a name; None for each that has nothing, or is none."""
    found: list[JsonValue] = []
    for node in nodes:
        value = node.get(name) if type(node) is dict else None
        if type(value) is list:  # what a parser makes is exactly a dict or a list
            found += value
        else:
            found.append(value)
    return found


def lacking(number: int, *, descending: bool = False) -> int:
    """The bit of documents that have no value at a path, for an ascending or descending list.

    An ascending one counts those among them of which an element has none.
    """
    return 1 << (number + MOST_PATHS * descending)


def keys_text(keys: Keys) -> str:
    """The keys as the envelope holds them."""
    return orjson.dumps(keys).decode()


def keys_rows(keys: Keys) -> list[KeyRow]:
    """The keys as rows of the key table."""
    rows: list[KeyRow] = []
    without = 0
    for number, values in enumerate(keys):
        if not values:
            without |= lacking(number) | lacking(number, descending=True)
        elif len(values) == 1:
            value = values[0]
            rows.append((number, value if type(value) is str else key_value(value), SOLE))
        else:
            ends = [LEAST, *[0] * (len(values) - 2), GREATEST]
            if values[0] is None:
                without |= lacking(number)
                ends[0] = 0
            rows += [
                (number, key_value(value), end) for value, end in zip(values, ends, strict=True)
            ]
    rows.append((WHOLE, 0, without))
    return rows


def _ordered(values: list[JsonValue]) -> list[JsonValue]:
    if len(values) == 1:  # as most are
        return values if type(values[0]) in _SCALARS else []
    found = {ranked(value): value for value in values if type(value) in _SCALARS}
    ordered = [found[rank] for rank in sorted(found)]
    holes = ordered and any(type(value) not in _SCALARS for value in values)
    return [None, *ordered] if holes else ordered
