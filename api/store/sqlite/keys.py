"""The values of declared attributes, as the key tables hold them. Pure.

SQLite orders numbers before text before blobs, so a boolean is kept as a blob: it is then neither
equal to a number nor between two of them.
"""

from collections.abc import Iterable
from typing import TypeAlias

import orjson

from api.jsontypes import JsonObject, JsonValue

__all__ = ["FALSE", "TRUE", "Key", "KeyPaths", "Keys", "key_value", "keys_rows", "keys_text"]

Key: TypeAlias = str | int | float | bytes
Keys: TypeAlias = list[list[JsonValue]]
_Tree: TypeAlias = list[tuple[str, int | None, "_Tree"]]

FALSE = b"\x00"
TRUE = b"\x01"

_SCALARS = frozenset({str, int, float, bool})


def key_value(value: str | float | bool) -> Key:
    """The value as a key table holds it."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return value


class KeyPaths:
    """The declared paths as a tree, so that one walk of a body finds the values of all of them.

    What it finds is what `api.query.leaves.leaves` finds path by path.

    Args:
        paths: the declared paths; a path's number is its place among them.
    """

    __slots__ = ("_count", "_tree")

    def __init__(self, paths: Iterable[tuple[str, ...]]) -> None:
        numbered = list(enumerate(paths))
        self._count = len(numbered)
        self._tree = _tree(numbered)

    def keys(self, body: JsonObject) -> Keys:
        """The values at each path, without repetition and in order.

        Numbers come before strings before booleans: the first is what an ascending list sorts by,
        the last what a descending one does.
        """
        found: Keys = [[] for _ in range(self._count)]
        _walk(self._tree, body, found)
        return [_ordered(values) if values else values for values in found]


def _tree(paths: list[tuple[int, tuple[str, ...]]]) -> _Tree:
    return [
        (
            name,
            next((number for number, path in paths if path == (name,)), None),
            _tree([(number, path[1:]) for number, path in paths if path[0] == name and path[1:]]),
        )
        for name in sorted({path[0] for _, path in paths})
    ]


def _walk(tree: _Tree, body: JsonObject, found: Keys) -> None:
    for name, number, below in tree:
        if name not in body:
            continue
        value = body[name]
        kind = type(value)  # what a parser makes is exactly a dict or a list
        if number is not None:
            found[number] += value if kind is list else (value,)
        if below:
            for part in value if kind is list else (value,):
                if type(part) is dict:
                    _walk(below, part, found)


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
