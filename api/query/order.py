"""What lists are sorted by: what both stores must agree with. Pure.

MongoDB alone has its own order of objects and empty arrays, which have no place among values.

- Nothing (no value, null, or only objects and arrays) comes before numbers, these before texts,
  these before false and true.
- Of several values the least counts ascending and the greatest descending. In an array of objects,
  one that lacks the attribute has nothing there, as in MongoDB.
"""

from collections.abc import Iterable
from typing import TypeAlias

from api.jsontypes import JsonObject, JsonValue
from api.query.tree import Sort

__all__ = ["Ranked", "extreme", "ranked", "sortable"]

Ranked: TypeAlias = tuple[int, str | float]
"""A value so that Python compares it as lists are sorted."""

NOTHING: Ranked = (0, 0)
_SCALARS = frozenset({str, int, float, bool})


def extreme(body: JsonObject, sort: Sort) -> Ranked:
    """The value that a body is sorted by."""
    values = map(ranked, sortable(body, sort.path))
    return (max if sort.descending else min)(values, default=NOTHING)


def ranked(value: JsonValue) -> Ranked:
    """A value of `sortable`, made comparable with those of other types."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return (3, value)
    return (2, value) if isinstance(value, str) else (1, value)


def sortable(body: JsonObject, path: tuple[str, ...]) -> Iterable[JsonValue]:
    """All plain values at the path, and None for each place where there is none."""
    nodes: list[JsonValue] = [body]
    for name in path:
        nodes = [
            node.get(name) if type(node) is dict else None
            for found in nodes
            for node in (found if type(found) is list else (found,))
        ]
    for node in nodes:
        for value in node if type(node) is list else (node,):
            yield value if type(value) in _SCALARS else None
